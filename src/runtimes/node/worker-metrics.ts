import type { MetricHeader } from '../../wire/frames.js';
import type { MetricOptions, Metrics } from './handler.js';

/** TorchServe's rule for names: word characters and blanks. */
const NAME = /^[\w\s]+$/;
/** A dimension's value ends at these in the metrics log. */
const DIMENSION_VALUE = /^[^,:|\r\n]*$/;

/**
 * Metrics of a handler, handed to `emit` as wire headers. `requestIds` is asked when a value comes: it gives the ids of
 * the batch at hand.
 */
export function workerMetrics(
  modelName: string,
  requestIds: () => readonly string[],
  emit: (metric: MetricHeader) => void,
): Metrics {
  const add = (type: MetricHeader['type'], name: string, value: number, options: MetricOptions) => {
    const problem = findProblem(type, name, value, options);
    if (problem) {
      console.error(`Metric ${name} was not counted: ${problem}.`);
      return;
    }
    const { unit = '', dimensions, idx } = options;
    const ids = requestIds();
    emit({
      name,
      value,
      unit,
      type,
      dimensions: { ModelName: modelName, Level: 'Model', ...dimensions },
      requestIds: idx === undefined ? ids : ids.slice(idx, idx + 1),
    });
  };
  return {
    counter: (name, value = 1, options = {}) => add('counter', name, value, { unit: 'Count', ...options }),
    gauge: (name, value, options = {}) => add('gauge', name, value, options),
    histogram: (name, value, options = {}) => add('histogram', name, value, options),
    time: (name, durationMs, options = {}) =>
      add('gauge', name, durationMs, { unit: 'Milliseconds', ...options }),
  };
}

function findProblem(type: string, name: string, value: number, options: MetricOptions): string | undefined {
  if (!NAME.test(name)) return 'its name may hold letters, digits, _ and blanks only';
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${String(value)} is not a number`;
  if (type === 'counter' && value < 0) return `a counter cannot go down by ${value}`;
  for (const [dimension, text] of Object.entries(options.dimensions ?? {}))
    if (!NAME.test(dimension) || !DIMENSION_VALUE.test(text))
      return `dimension ${dimension}=${text} has characters that a metric cannot hold`;
  return undefined;
}
