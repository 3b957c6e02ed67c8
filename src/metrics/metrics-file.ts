import { readFile, stat } from 'node:fs/promises';
import { parseYaml } from '../config/read/yaml.js';
import { serveError } from '../core/errors.js';
import type { MetricDefinition, MetricShape, NameRules } from './definition.js';
import { DEFINITIONS } from './definitions/index.js';
import { MODEL_METRICS } from './model-metrics.js';

/** Which metrics are recorded, and under what names of dimensions, types and units. */
export interface KnownMetrics {
  /** The server's own. */
  readonly definitions: readonly MetricDefinition[];
  /** Those that handlers may emit without `model_metrics_auto_detect`. */
  readonly modelMetrics: readonly MetricShape[];
  /** What is odd about the file, for the log. */
  readonly warnings: readonly string[];
}

/** The metrics of the manual. */
export const USUAL_METRICS: KnownMetrics = {
  definitions: DEFINITIONS,
  modelMetrics: MODEL_METRICS,
  warnings: [],
};

const TYPES = ['counter', 'gauge', 'histogram'] as const;
const SERVER_SECTION = 'ts_metrics';
const MODEL_SECTION = 'model_metrics';
/** Added to every metric of a handler. */
const HOST = 'Hostname';
const MAX_FILE_BYTES = 1_048_576;

interface Place {
  /** Of the section. */
  readonly name: string;
  readonly path: string;
  readonly names: NameRules;
}

/** One entry of the file, as it is written. */
type Entry = Pick<MetricShape, 'name' | 'type' | 'unit' | 'dimensions'>;

/**
 * Reads TorchServe's file of metrics. Those of the server that it leaves out are not recorded; the others take the
 * file's type, unit and names of dimensions. Handlers' metrics are those of its `model_metrics`.
 *
 * @throws METRICS_FILE when it cannot be read or is no such file
 */
export async function readMetricsFile(path: string, names: NameRules): Promise<KnownMetrics> {
  const yaml = parseYaml(await readText(path));
  if (yaml.kind === 'broken') {
    const { message, line, column } = yaml.problem;
    throw refusal(path, `it is not valid YAML: line ${line}, column ${column}: ${message}`);
  }
  const warnings: string[] = [];
  const server = readSection(yaml.value[SERVER_SECTION], { name: SERVER_SECTION, path, names });
  const model = readSection(yaml.value[MODEL_SECTION], { name: MODEL_SECTION, path, names });
  for (const name of server.keys())
    if (!DEFINITIONS.some((definition) => definition.name === name))
      warnings.push(`${path}: the server has no metric ${name}.`);
  const definitions = DEFINITIONS.flatMap((definition) => {
    const entry = server.get(definition.name);
    return entry ? [asWritten(definition, entry, path, warnings)] : [];
  });
  return { definitions, modelMetrics: [...model.values()].map((entry) => ofHandlers(entry, path)), warnings };
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes, more than ${MAX_FILE_BYTES}`);
    return await readFile(path, 'utf8');
  } catch (thrown) {
    throw refusal(path, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Entries by name; of several with one name the last counts. */
function readSection(section: unknown, place: Place): Map<string, Entry> {
  const { name, path } = place;
  const entries = new Map<string, Entry>();
  if (section === undefined || section === null) return entries;
  if (!isMap(section)) throw refusal(path, `${name} must be a map of ${TYPES.join(', ')}`);
  for (const [type, list] of Object.entries(section)) {
    const known = TYPES.find((one) => one === type);
    if (!known) throw refusal(path, `${name} has the key "${type}", which is none of ${TYPES.join(', ')}`);
    if (list === null) continue;
    if (!Array.isArray(list)) throw refusal(path, `${type} of ${name} must be a list`);
    for (const item of list) {
      const entry = readEntry(item, known, place);
      entries.set(entry.name, entry);
    }
  }
  return entries;
}

function readEntry(item: unknown, type: Entry['type'], { name: section, path, names }: Place): Entry {
  const place = `a ${type} of ${section}`;
  const { name, unit, dimensions = [] } = isMap(item) ? item : {};
  const isName = (rule: RegExp, value: unknown) => typeof value === 'string' && rule.test(value);
  if (typeof name !== 'string' || !isName(names.name, name))
    throw refusal(path, `${place} has ${quoted(name)} for a name; it may hold letters, digits and _ only`);
  if (typeof unit !== 'string' || unit === '' || /[\r\n:|]/.test(unit))
    throw refusal(path, `${name}, ${place}, has ${quoted(unit)} for a unit`);
  const odd = Array.isArray(dimensions)
    ? dimensions.find((one) => !isName(names.dimension, one))
    : dimensions;
  if (!Array.isArray(dimensions) || odd !== undefined)
    throw refusal(
      path,
      `${name}, ${place}, has ${quoted(odd)} among its dimensions, which must be a list of names`,
    );
  return { name, type, unit, dimensions };
}

/** As in TorchServe the values are told by their places: a file may call a dimension otherwise, the host's is last. */
function asWritten(
  definition: MetricDefinition,
  { type, unit, dimensions }: Entry,
  path: string,
  warnings: string[],
): MetricDefinition {
  if (dimensions.length === definition.dimensions.length + 1)
    return {
      ...definition,
      type,
      unit,
      dimensions: dimensions.slice(0, -1),
      host: dimensions.at(-1) ?? HOST,
    };
  const usual = [...definition.dimensions, definition.host].join(', ');
  warnings.push(`${path}: ${definition.name} keeps its dimensions, which are ${usual}.`);
  return { ...definition, type, unit };
}

function ofHandlers({ name, type, unit, dimensions }: Entry, path: string): MetricShape {
  if (DEFINITIONS.some((definition) => definition.name === name))
    throw refusal(path, `${MODEL_SECTION} has ${name}, which is a metric of the server`);
  if (dimensions.includes(HOST))
    throw refusal(
      path,
      `${name} of ${MODEL_SECTION} has the dimension ${HOST}, which is added to all of them`,
    );
  return { name, type, unit, dimensions, host: HOST };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quoted(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function refusal(path: string, reason: string): Error {
  return serveError('METRICS_FILE', { path, reason });
}
