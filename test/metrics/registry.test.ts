import { beforeEach, describe, expect, it } from 'vitest';
import type { MetricShape } from '../../src/metrics/definition.js';
import { Registry } from '../../src/metrics/registry.js';

function shape(name: string, type: MetricShape['type']): MetricShape {
  return { name, type, unit: 'Count', dimensions: ['model'], host: 'Hostname' };
}

let registry: Registry;
let full: string[];
beforeEach(() => {
  full = [];
  registry = new Registry({ hostname: 'box', maxSeries: 2, onFull: (name) => full.push(name) });
});

function seriesOf(name: string) {
  const metric = [...registry.metrics()].find((one) => one.shape.name === name);
  return metric ? [...metric.series] : undefined;
}

describe('the registry', () => {
  it('adds up counters per set of labels, with the host as the last label', () => {
    registry.define(shape('c', 'counter'));
    registry.record('c', ['a'], 1);
    registry.record('c', ['a'], 2.5);
    registry.record('c', ['b'], 1);
    expect(seriesOf('c')?.map(({ labels, value }) => [labels, value])).toEqual([
      [['a', 'box'], 3.5],
      [['b', 'box'], 1],
    ]);
  });

  it('keeps the latest value of a gauge', () => {
    registry.define(shape('g', 'gauge'));
    registry.record('g', ['a'], 7);
    registry.record('g', ['a'], 2);
    expect(seriesOf('g')?.[0]?.value).toBe(2);
  });

  it('counts values into the buckets of a histogram', () => {
    registry.define(shape('h', 'histogram'));
    for (const value of [0.005, 0.3, 99]) registry.record('h', ['a'], value);
    const series = seriesOf('h')?.[0];
    expect(series).toMatchObject({ count: 3, value: 99.305 });
    expect(series?.buckets).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('ignores what was not defined, and a second definition', () => {
    registry.record('unknown', ['a'], 1);
    registry.define(shape('c', 'counter'));
    registry.record('c', ['a'], 1);
    registry.define(shape('c', 'gauge'));
    expect([...registry.metrics()].map((metric) => metric.shape.type)).toEqual(['counter']);
    expect(seriesOf('c')).toHaveLength(1);
  });

  it('takes no more sets of labels than it may, and says so once', () => {
    registry.define(shape('c', 'counter'));
    for (const label of ['a', 'b', 'c', 'd', 'a']) registry.record('c', [label], 1);
    expect(seriesOf('c')?.map(({ labels, value }) => [labels[0], value])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(full).toEqual(['c']);
  });
});
