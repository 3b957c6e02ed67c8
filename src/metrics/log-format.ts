import type { MetricShape } from './definition.js';
import { javaDouble } from './java-double.js';

export type LineTaker = (line: string) => void;

/** Writes one line: the labels are in the order of the shape's dimensions, the time is in seconds since 1970. */
export type MetricLineWriter = (
  labels: readonly string[],
  value: number,
  timeSec: number,
  requestIds?: readonly string[],
) => void;

/**
 * Writes the lines of one metric as TorchServe logs them:
 * `<name>.<unit>:<value>|#<label>:<value>,…|#hostname:<host>[,requestID:<ids>],timestamp:<epoch s>`.
 * What lines with the same labels share is put together once, because several lines are written for every request.
 */
export function metricLineWriter(shape: MetricShape, host: string, take: LineTaker): MetricLineWriter {
  const start = `${shape.name}.${shape.unit}:`;
  let last: readonly string[] | undefined;
  let lastSec = Number.NaN;
  let dimensions = '';
  let timestamp = '';
  return (labels, value, timeSec, requestIds = NO_IDS) => {
    if (!last || !sameLabels(last, labels)) {
      last = [...labels];
      dimensions = `|#${dimensionsOf(shape, labels)}|#hostname:${host}`;
    }
    if (timeSec !== lastSec) {
      lastSec = timeSec;
      timestamp = `,timestamp:${timeSec}`;
    }
    const ids = requestIds.length === 0 ? '' : `,requestID:${oneLine(requestIds.join(','))}`;
    take(`${start}${javaDouble(value)}${dimensions}${ids}${timestamp}`);
  };
}

const NO_IDS: readonly string[] = [];

function dimensionsOf(shape: MetricShape, labels: readonly string[]): string {
  let dimensions = '';
  for (let index = 0; index < shape.dimensions.length; index++)
    dimensions += `${index > 0 ? ',' : ''}${shape.dimensions[index]}:${oneLine(labels[index] ?? '')}`;
  return dimensions;
}

function sameLabels(one: readonly string[], other: readonly string[]): boolean {
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return one.length === other.length;
}

/** Label values come from clients and handlers: none may begin a line of its own. */
function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, ' ') : text;
}
