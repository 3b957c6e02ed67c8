import { HANDLER_SECTIONS, MODEL_KEYS, type ModelConfig, type ModelKey } from './model-keys.js';
import { readModelValue } from './model-values.js';
import { nearest } from './nearest.js';
import { parseYaml, type YamlDocument, type YamlEntry } from './read/yaml.js';

/** Something wrong in a model-config.yaml. `error` stops archiving; the server warns and goes on without the key. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly key?: string;
}

export interface ModelConfigReading {
  /** The whole parsed document, which handlers see as `model_yaml_config`; `{}` if it cannot be parsed. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The keys the server knows, without the wrong ones. */
  readonly config: ModelConfig;
  /** In the order of the file. */
  readonly problems: readonly ConfigProblem[];
}

const KNOWN = [...Object.keys(MODEL_KEYS), ...Object.keys(HANDLER_SECTIONS)];

/** Reads a model-config.yaml as PyYAML would, and checks the keys that are known. Never throws. */
export function readModelConfig(text: string, fileName: string): ModelConfigReading {
  const yaml = parseYaml(text);
  if (yaml.kind === 'broken') return { document: {}, config: {}, problems: [inFile(yaml.problem, fileName)] };
  const problems: ConfigProblem[] = [...repeatedKeys(yaml)];
  const config: Record<string, unknown> = {};
  for (const entry of lastEntries(yaml)) {
    const reading = readEntry(entry);
    problems.push(...reading.problems);
    Object.assign(config, reading.config);
  }
  problems.push(...workerCountProblems(config, yaml));
  return {
    document: yaml.value,
    config: Object.freeze(config) as ModelConfig,
    problems: problems.sort((one, other) => one.line - other.line || one.column - other.column),
  };
}

/** One line a person can act on: `model-config.yaml:3:12: error: …`. */
export function formatProblem(problem: ConfigProblem, fileName: string): string {
  return `${fileName}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message}`;
}

/** Keys that are set but that nothing obeys in this version; the server warns about them when the model is registered. */
export function keysWithoutEffect(config: ModelConfig): ModelKey[] {
  return (Object.keys(config) as ModelKey[]).filter((key) => MODEL_KEYS[key].effect === 'later');
}

function inFile(problem: Omit<ConfigProblem, 'severity'>, fileName: string): ConfigProblem {
  return { ...problem, severity: 'error', message: `${fileName} is not valid YAML: ${problem.message}` };
}

function repeatedKeys(yaml: YamlDocument): ConfigProblem[] {
  return yaml.entries
    .filter((entry, index) => yaml.entries.findIndex((other) => other.key === entry.key) < index)
    .map((entry) => warning(entry, `"${entry.key}" is set twice; the last one counts`));
}

/** Each key once, in the order of the file: `torchrun` and `parallelLevel` override each other by position. */
function lastEntries(yaml: YamlDocument): YamlEntry[] {
  return yaml.entries.filter(
    (entry, index) => yaml.entries.findLastIndex((other) => other.key === entry.key) === index,
  );
}

function readEntry(entry: YamlEntry): { config: ModelConfig; problems: readonly ConfigProblem[] } {
  if (Object.hasOwn(HANDLER_SECTIONS, entry.key)) return { config: {}, problems: sectionProblems(entry) };
  if (!Object.hasOwn(MODEL_KEYS, entry.key)) return { config: {}, problems: [unknownKey(entry)] };
  const key = entry.key as ModelKey;
  if (entry.value === null || entry.value === undefined) return { config: {}, problems: [] };
  const { value, problems } = readModelValue(MODEL_KEYS[key], entry);
  if (value === undefined) return { config: {}, problems };
  const config: ModelConfig = { [key]: value };
  const processes = key === 'torchrun' ? config.torchrun?.['nproc-per-node'] : undefined;
  return { config: processes === undefined ? config : { ...config, parallelLevel: processes }, problems };
}

/** TorchServe drops both counts without a word when they do not fit together. */
function workerCountProblems({ minWorkers, maxWorkers }: ModelConfig, yaml: YamlDocument): ConfigProblem[] {
  const entry = lastEntries(yaml).find(({ key }) => key === 'maxWorkers');
  if (!entry || maxWorkers === undefined) return [];
  if (minWorkers === undefined) return [warning(entry, '"maxWorkers" counts only when "minWorkers" is set')];
  if (maxWorkers >= minWorkers) return [];
  const message = `"maxWorkers" is ${maxWorkers} but must be at least "minWorkers" (${minWorkers})`;
  return [{ severity: 'error', message, ...entry.valueAt, key: entry.key }];
}

function sectionProblems(entry: YamlEntry): ConfigProblem[] {
  const kinds: readonly string[] = HANDLER_SECTIONS[entry.key as keyof typeof HANDLER_SECTIONS].kinds;
  const kind = typeof entry.value === 'string' ? 'text' : entry.entries ? 'map' : 'other';
  if (entry.value === null || kinds.includes(kind)) return [];
  const message = `"${entry.key}" must be ${kinds.includes('text') ? 'a text or a map' : 'a map'}`;
  return [{ severity: 'error', message, ...entry.valueAt, key: entry.key }];
}

function unknownKey(entry: YamlEntry): ConfigProblem {
  const near = nearest(entry.key, KNOWN);
  const hint = near ? `; did you mean "${near}"?` : '';
  return warning(entry, `"${entry.key}" is not a key that the server or its handlers know${hint}`);
}

function warning(entry: YamlEntry, message: string): ConfigProblem {
  return { severity: 'warning', message, ...entry.keyAt, key: entry.key };
}
