import {
  type ModelKeyRow,
  type ModelValues,
  TORCHRUN_KEYS,
  type TorchrunConfig,
  type TorchrunKey,
} from './model-keys.js';
import { nearest } from './nearest.js';
import type { YamlEntry, YamlPlace } from './read/yaml.js';

/** What is wrong with a value; `severity` as in `ConfigProblem`. */
export interface ValueProblem extends YamlPlace {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly key: string;
}

export interface ModelValueReading {
  /** Undefined when the value is wrong and TorchServe would ignore it. */
  readonly value: ModelValues[keyof ModelValues] | undefined;
  readonly problems: readonly ValueProblem[];
}

const MAX_INT = 2 ** 31 - 1;

/** Checks one value against the row of its key. Numbers out of range become what TorchServe makes of them. */
export function readModelValue(row: ModelKeyRow, entry: YamlEntry): ModelValueReading {
  switch (row.type) {
    case 'int':
      return readInt(row, entry);
    case 'bool':
      return typeof entry.value === 'boolean' ? right(entry.value) : wrong(entry, 'true or false');
    case 'text':
      return typeof entry.value === 'string' ? right(entry.value) : wrong(entry, 'a text');
    case 'device':
      return readChoice(entry, ['cpu', 'gpu']);
    case 'parallel':
      return readChoice(entry, ['pp', 'tp', 'pptp', 'custom']);
    case 'ids':
      return readIds(entry);
    case 'torchrun':
      return readTorchrun(entry);
  }
}

function right(value: ModelValues[keyof ModelValues]): ModelValueReading {
  return { value, problems: [] };
}

function wrong(entry: YamlEntry, expected: string): ModelValueReading {
  return { value: undefined, problems: [problem(entry, expected)] };
}

function problem(entry: YamlEntry, expected: string): ValueProblem {
  const message = `"${entry.key}" is ${shown(entry.value)} but must be ${expected}`;
  return { severity: 'error', message, key: entry.key, ...entry.valueAt };
}

function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function readInt(row: ModelKeyRow, entry: YamlEntry): ModelValueReading {
  const { value } = entry;
  const min = row.min ?? 0;
  const expected = `a whole number of ${min} or more`;
  if (typeof value !== 'number' || !Number.isInteger(value) || value > MAX_INT) return wrong(entry, expected);
  if (value >= min) return right(value);
  return { value: row.below, problems: [problem(entry, expected)] };
}

function readChoice(entry: YamlEntry, choices: readonly string[]): ModelValueReading {
  const value = typeof entry.value === 'string' ? entry.value.toLowerCase() : '';
  if (choices.includes(value)) return right(value as 'cpu' | 'gpu' | 'pp' | 'tp' | 'pptp' | 'custom');
  return wrong(entry, `one of ${choices.join(', ')}`);
}

function readIds(entry: YamlEntry): ModelValueReading {
  const ids = entry.value;
  const isId = (id: unknown): id is number => Number.isInteger(id) && Number(id) >= 0;
  if (Array.isArray(ids) && ids.length > 0 && ids.every(isId)) return right(ids);
  return wrong(entry, 'a list of GPU numbers, such as [0, 1]');
}

function readTorchrun(entry: YamlEntry): ModelValueReading {
  if (!entry.entries) return wrong(entry, 'a map of torchrun options');
  const config: Record<string, unknown> = {};
  const problems: ValueProblem[] = [];
  for (const option of entry.entries) {
    const type = Object.hasOwn(TORCHRUN_KEYS, option.key)
      ? TORCHRUN_KEYS[option.key as TorchrunKey]
      : undefined;
    if (!type) problems.push(unknownOption(option));
    else if (type === 'int' ? Number.isInteger(option.value) : typeof option.value === 'string')
      config[option.key] = option.value;
    else problems.push(problem(option, type === 'int' ? 'a whole number' : 'a text'));
  }
  return { value: config as TorchrunConfig, problems };
}

function unknownOption(option: YamlEntry): ValueProblem {
  const near = nearest(option.key, Object.keys(TORCHRUN_KEYS));
  const message = `"${option.key}" is not an option of torchrun${near ? `; did you mean "${near}"?` : ''}`;
  return { severity: 'warning', message, key: option.key, ...option.keyAt };
}
