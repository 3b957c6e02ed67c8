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
  let dimensions = '';
  for (let index = 0; index < shape.dimensions.length; index++)
    dimensions += `${index > 0 ? ',' : ''}${shape.dimensions[index]}:${oneLine(labels[index] ?? '')}`;
  const ids = requestIds.length > 0 ? `,requestID:${oneLine(requestIds.join(','))}` : '';
  return (
    `${shape.name}.${shape.unit}:${javaDouble(value)}|#${dimensions}` +
    `|#hostname:${host}${ids},timestamp:${timeSec}`
  );
}

/** Label values come from clients and handlers: none may begin a line of its own. */
function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, ' ') : text;
}
