/** A flag of a command as it may be typed. */
export interface PlainFlag {
  readonly name: string;
  readonly kind: 'boolean' | 'string';
  /** What giving a boolean flag means; false under `--no-<name>`. Default true. */
  readonly means?: boolean;
  /** All words up to the next flag are its values, and these a list. */
  readonly many?: boolean;
}

export interface PlainWords {
  readonly flags: Readonly<Record<string, unknown>>;
  /** The words that belong to no flag. */
  readonly others: readonly string[];
}

/**
 * Reads the words behind a command when they are plain: long flags that are known, by their spellings, each given once.
 * Undefined for everything else – help, short flags, mistakes – which the command line framework then reads and explains.
 */
export function readPlainWords(
  words: readonly string[],
  known: ReadonlyMap<string, PlainFlag>,
): PlainWords | undefined {
  const flags: Record<string, unknown> = {};
  const others: string[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      others.push(word);
      at += 1;
      continue;
    }
    const taken = takeFlag(words, at, known, flags);
    if (taken === 0) return undefined;
    at += taken;
  }
  return { flags, others };
}

/** Puts the flag at this place into `flags`; the result is the number of words it took, 0 if it is not plain. */
function takeFlag(
  words: readonly string[],
  at: number,
  known: ReadonlyMap<string, PlainFlag>,
  flags: Record<string, unknown>,
): number {
  const [, long, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(words[at] ?? '') ?? [];
  const flag = known.get(long ?? '');
  if (!flag || Object.hasOwn(flags, flag.name)) return 0;
  const { name, kind, means = true, many = false } = flag;
  if (kind === 'boolean') {
    flags[name] = means;
    return inline === undefined ? 1 : 0;
  }
  const values = inline === undefined ? valuesBehind(words, at, many) : [inline];
  if (values.length === 0 || values.includes('')) return 0;
  flags[name] = many ? values : values[0];
  return inline === undefined ? 1 + values.length : 1;
}

/** The next word, or all up to the next flag. */
function valuesBehind(words: readonly string[], at: number, many: boolean): readonly string[] {
  const rest = words.slice(at + 1);
  const end = rest.findIndex((word) => word.startsWith('-'));
  return rest.slice(0, Math.min(end < 0 ? rest.length : end, many ? rest.length : 1));
}
