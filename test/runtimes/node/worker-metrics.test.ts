import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { workerMetrics } from '../../../src/runtimes/node/worker-metrics.js';
import type { MetricHeader } from '../../../src/wire/frames.js';

let emitted: MetricHeader[];
const printed = vi.spyOn(console, 'error');

beforeEach(() => {
  emitted = [];
  printed.mockImplementation(() => {});
});

afterEach(() => printed.mockReset());

function metrics() {
  return workerMetrics(
    'faces',
    () => ['id-0', 'id-1'],
    (metric) => emitted.push(metric),
  );
}

describe('workerMetrics', () => {
  it('emits counters, gauges, histograms and times with the dimensions of the model', () => {
    const of = metrics();
    of.counter('Faces');
    of.gauge('Load', 0.5, { unit: 'Percent' });
    of.histogram('Size', 12, { dimensions: { Kind: 'png' } });
    of.time('Decode', 3.25);
    const common = { dimensions: { ModelName: 'faces', Level: 'Model' }, requestIds: ['id-0', 'id-1'] };
    expect(emitted).toEqual([
      { ...common, name: 'Faces', value: 1, unit: 'Count', type: 'counter' },
      { ...common, name: 'Load', value: 0.5, unit: 'Percent', type: 'gauge' },
      {
        ...common,
        name: 'Size',
        value: 12,
        unit: '',
        type: 'histogram',
        dimensions: { ...common.dimensions, Kind: 'png' },
      },
      { ...common, name: 'Decode', value: 3.25, unit: 'Milliseconds', type: 'gauge' },
    ]);
  });

  it('ties a value to one request', () => {
    metrics().counter('Faces', 2, { idx: 1 });
    expect(emitted[0]?.requestIds).toEqual(['id-1']);
  });

  it('refuses what the metrics log could not hold with a line, not with an exception', () => {
    const of = metrics();
    of.counter('Faces', -1);
    of.counter('no-dashes');
    of.gauge('Load', Number.NaN);
    of.gauge('Load', 1, { dimensions: { Kind: 'a,b' } });
    expect(emitted).toEqual([]);
    expect(printed).toHaveBeenCalledTimes(4);
  });
});
