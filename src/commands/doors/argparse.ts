/** One flag of a command line in the style of Python's argparse, which TorchServe's tools use. */
export interface Option {
  /** `--model-name`; its unambiguous beginnings are accepted too. */
  readonly name: string;
  /** `-f`. */
  readonly short?: string;
  /** Name of the value in the help; a flag without value if absent. */
  readonly value?: string;
  readonly required?: boolean;
  readonly choices?: readonly string[];
  /** The value may go on in the next words while there are commas between them. */
  readonly list?: boolean;
  readonly help: string;
}

/** What was given: option name → its values, in order; a flag without value has `['']`. */
export type Given = ReadonlyMap<string, readonly string[]>;

/** Wrong usage; the message is what argparse says after `error: `. */
export class UsageProblem extends Error {}

interface Word {
  readonly option: Option;
  /** As typed, for messages. */
  readonly spelled: string;
  /** The value behind `=` or behind a short flag. */
  readonly attached?: string;
}

/** Takes a command line apart. `--` in front of words, positional words and unknown flags are errors. Throws a UsageProblem. */
export function parseArguments(words: readonly string[], options: readonly Option[]): Given {
  const given = new Map<string, string[]>();
  const strangers: string[] = [];
  let at = 0;
  while (at < words.length) {
    const typed = words[at] ?? '';
    at += 1;
    const found = readWord(typed, options);
    if (!found) {
      strangers.push(typed);
      continue;
    }
    for (const word of found) {
      const values = word.option.value === undefined ? noValue(word) : takeValues(word, words.slice(at));
      if (word.attached === undefined && word.option.value !== undefined) at += values.length;
      given.set(word.option.name, [...(given.get(word.option.name) ?? []), ...values]);
    }
  }
  checkRequired(given, options);
  if (strangers.length > 0) throw new UsageProblem(`unrecognized arguments: ${strangers.join(' ')}`);
  return given;
}

/** The `usage:` lines, wrapped like argparse's. */
export function usageText(program: string, options: readonly Option[]): string {
  const head = `usage: ${program} `;
  const lines: string[] = [];
  let line = head;
  for (const part of ['[-h]', ...options.map(usageOf)]) {
    if (line.length + part.length > 78) {
      lines.push(line.trimEnd());
      line = ' '.repeat(head.length);
    }
    line += `${part} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}

/** The whole answer to `--help`. */
export function helpText(program: string, options: readonly Option[], about: string): string {
  const rows = [
    ['-h, --help', 'show this help and exit'],
    ...options.map((option) => [spellings(option), option.help]),
  ];
  const width = Math.max(...rows.map(([left = '']) => left.length));
  const table = rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`);
  return `${usageText(program, options)}\n\n${about}\n\noptions:\n${table.join('\n')}\n`;
}

function readWord(typed: string, options: readonly Option[]): Word[] | undefined {
  if (!looksLikeFlag(typed)) return undefined;
  const equals = typed.indexOf('=');
  const spelled = equals < 0 ? typed : typed.slice(0, equals);
  const attached = equals < 0 ? undefined : typed.slice(equals + 1);
  if (!typed.startsWith('--')) return readShort(typed, options);
  const exact = options.find((option) => option.name === spelled);
  const matches = exact ? [exact] : options.filter((option) => option.name.startsWith(spelled));
  if (spelled === '--' || matches.length === 0) return undefined;
  const [option] = matches;
  if (matches.length > 1 || !option)
    throw new UsageProblem(
      `ambiguous option: ${typed} could match ${matches.map(({ name }) => name).join(', ')}`,
    );
  return [{ option, spelled, attached }];
}

/** `-f`, `-v1.0`, `-v=1.0`, and flags without value run together: `-fv 1.0`. */
function readShort(typed: string, options: readonly Option[]): Word[] | undefined {
  const words: Word[] = [];
  for (let at = 1; at < typed.length; at++) {
    const option = options.find(({ short }) => short === `-${typed[at]}`);
    if (!option) return undefined;
    const spelled = `-${typed[at]}`;
    const rest = typed.slice(at + 1).replace(/^=/, '');
    if (option.value !== undefined) return [...words, { option, spelled, attached: rest || undefined }];
    words.push({ option, spelled });
  }
  return words;
}

/** argparse takes negative numbers and words with spaces for values. */
function looksLikeFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-' && !/^-\d+(\.\d*)?$/.test(word) && !word.includes(' ');
}

function noValue(word: Word): string[] {
  if (word.attached === undefined) return [''];
  throw new UsageProblem(`argument ${fullName(word.option)}: ignored explicit argument '${word.attached}'`);
}

function takeValues({ option, attached }: Word, following: readonly string[]): string[] {
  const [first, ...rest] = attached === undefined ? following : [attached, ...following];
  if (first === undefined || (attached === undefined && looksLikeFlag(first)))
    throw new UsageProblem(`argument ${fullName(option)}: expected one argument`);
  if (option.choices && !option.choices.includes(first))
    throw new UsageProblem(
      `argument ${fullName(option)}: invalid choice: '${first}' (choose from ${option.choices.map((choice) => `'${choice}'`).join(', ')})`,
    );
  const values = [first];
  if (!option.list || attached !== undefined) return values;
  for (const next of rest) {
    const goesOn = values.at(-1)?.trimEnd().endsWith(',') || next.startsWith(',');
    if (!goesOn || looksLikeFlag(next)) break;
    values.push(next);
  }
  return values;
}

function checkRequired(given: Given, options: readonly Option[]): void {
  const missing = options.filter((option) => option.required && !given.has(option.name));
  if (missing.length === 0) return;
  throw new UsageProblem(`the following arguments are required: ${missing.map(fullName).join(', ')}`);
}

function fullName({ name, short }: Option): string {
  return short ? `${short}/${name}` : name;
}

function usageOf(option: Option): string {
  const shortest = option.short ?? option.name;
  const text = option.value === undefined ? shortest : `${shortest} ${shownValue(option)}`;
  return option.required ? text : `[${text}]`;
}

function spellings(option: Option): string {
  const value = option.value === undefined ? '' : ` ${shownValue(option)}`;
  return option.short ? `${option.short}${value}, ${option.name}${value}` : `${option.name}${value}`;
}

function shownValue({ value = '', choices }: Option): string {
  return choices ? `{${choices.join(',')}}` : value;
}
