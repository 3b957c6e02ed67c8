import type { WorkerMetric } from '../core/events.js';

/**
 * TorchServe's line of a metric (worker-protocol, 1.5):
 * `[METRICS]Name.Unit:value|#Dim:val,…|#type:GAUGE|#hostname:host,seconds[,request id…]`.
 */
const LINE =
  /^(?:INFO > )?\[METRICS\]([\w\s]+)\.([\w\s]+):([0-9\-,.e]+)\|#([^|]*)(?:\|#type:([^|]*))?\|#hostname:([^,|]*),(\d+)(?:,(.*))?$/;
const MARK = '[METRICS]';

/** The metric that a printed line is, or undefined for any other line, malformed metrics among them. */
export function readMetricLine(line: string): WorkerMetric | undefined {
  // Cheap for the many lines that are none.
  if (!line.startsWith(MARK) && !line.startsWith(`INFO > ${MARK}`)) return undefined;
  const [, name, unit, text, dimensions = '', type = 'COUNTER', , , ids = ''] = LINE.exec(line) ?? [];
  const value = Number(text?.replaceAll(',', '') || Number.NaN);
  const kind = type.toLowerCase();
  if (name === undefined || unit === undefined || !Number.isFinite(value) || !isKind(kind)) return undefined;
  const requestIds = ids.split(',').filter(Boolean);
  return { name, value, unit, type: kind, dimensions: readDimensions(dimensions), requestIds };
}

function isKind(word: string): word is WorkerMetric['type'] {
  return word === 'counter' || word === 'gauge' || word === 'histogram';
}

/** Pairs of exactly two parts; the rest is left out, as in TorchServe. */
function readDimensions(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => pair.split(':'));
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2));
}
