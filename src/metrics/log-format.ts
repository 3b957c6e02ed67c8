import type { MetricShape } from './definition.js';
import { javaDouble } from './java-double.js';

/**
 * One metric as TorchServe logs it:
 * `<name>.<unit>:<value>|#<label>:<value>,…|#hostname:<host>[,requestID:<ids>],timestamp:<epoch s>`.
 */
export function metricLine(
  shape: MetricShape,
  labels: readonly string[],
  value: number,
  host: string,
  timeSec: number,
  requestIds: readonly string[] = [],
): string {
  const ids = requestIds.length > 0 ? `,requestID:${oneLine(requestIds.join(','))}` : '';
  return (
    `${shape.name}.${shape.unit}:${javaDouble(value)}|#${dimensionsOf(shape, labels)}` +
    `|#hostname:${host}${ids},timestamp:${timeSec}`
  );
}

/**
 * Writes the lines of one metric without request ids: what all lines with the same labels share is put together once,
 * because several lines are written for every request.
 */
export function metricLineWriter(
  shape: MetricShape,
  host: string,
): (labels: readonly string[], value: number, timeSec: number) => string {
  const before = `${shape.name}.${shape.unit}:`;
  let last: readonly string[] | undefined;
  let after = '';
  return (labels, value, timeSec) => {
    if (!last || !sameLabels(last, labels)) {
      last = [...labels];
      after = `|#${dimensionsOf(shape, labels)}|#hostname:${host},timestamp:`;
    }
    return before + javaDouble(value) + after + timeSec;
  };
}

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
