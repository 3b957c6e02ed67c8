import { beforeEach, describe, expect, it } from 'vitest';
import type { MetricShape } from '../../src/metrics/definition.js';
import { prometheusText } from '../../src/metrics/prometheus.js';
import { Registry } from '../../src/metrics/registry.js';

const REQUESTS: MetricShape = {
  name: 'Requests2XX',
  type: 'counter',
  unit: 'Count',
  dimensions: ['Level'],
  host: 'Hostname',
};

let registry: Registry;
beforeEach(() => {
  registry = new Registry({ hostname: 'box', maxSeries: 10, onFull: () => {} });
  registry.define(REQUESTS);
});

describe('the Prometheus text', () => {
  it('has the form of the old Java client: a comma after the last label, names as they are', () => {
    registry.record('Requests2XX', ['Host'], 12_345_678);
    expect(prometheusText(registry.metrics())).toBe(
      '# HELP Requests2XX Torchserve prometheus counter metric with unit: Count\n' +
        '# TYPE Requests2XX counter\n' +
        'Requests2XX{Level="Host",Hostname="box",} 1.2345678E7\n',
    );
  });

  it('announces metrics that have no samples yet', () => {
    expect(prometheusText(registry.metrics()).split('\n')).toHaveLength(3);
  });

  it('escapes what would break a line or a label', () => {
    registry.record('Requests2XX', ['a"b\\c\nd'], 1);
    expect(prometheusText(registry.metrics())).toContain('Level="a\\"b\\\\c\\nd",');
  });

  it('adds up the buckets of a histogram, then gives count and sum', () => {
    registry.define({ ...REQUESTS, name: 'h', type: 'histogram' });
    for (const value of [0.001, 0.5, 20]) registry.record('h', ['x'], value);
    const lines = prometheusText(registry.metrics(), ['h_bucket', 'h_count', 'h_sum']).split('\n');
    expect(lines[1]).toBe('# TYPE h histogram');
    expect(lines[2]).toBe('h_bucket{Level="x",Hostname="box",le="0.005",} 1.0');
    expect(lines).toContain('h_bucket{Level="x",Hostname="box",le="0.5",} 2.0');
    expect(lines.slice(-4)).toEqual([
      'h_bucket{Level="x",Hostname="box",le="+Inf",} 3.0',
      'h_count{Level="x",Hostname="box",} 3.0',
      'h_sum{Level="x",Hostname="box",} 20.501',
      '',
    ]);
  });

  it('can be limited to names of samples; unknown ones give nothing', () => {
    registry.define({ ...REQUESTS, name: 'Requests4XX' });
    registry.record('Requests2XX', ['Host'], 1);
    registry.record('Requests4XX', ['Host'], 1);
    const text = prometheusText(registry.metrics(), ['Requests4XX']);
    expect(text).toContain('Requests4XX{');
    expect(text).not.toContain('Requests2XX');
    expect(prometheusText(registry.metrics(), ['nothing'])).toBe('');
    expect(prometheusText(registry.metrics(), [])).toContain('Requests2XX');
  });
});
