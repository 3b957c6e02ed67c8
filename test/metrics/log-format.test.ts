import { describe, expect, it } from 'vitest';
import type { MetricShape } from '../../src/metrics/definition.js';
import { metricLine, metricLineWriter } from '../../src/metrics/log-format.js';

const PER_MODEL: MetricShape = {
  name: 'ts_inference_requests_total',
  type: 'counter',
  unit: 'Count',
  dimensions: ['model_name', 'model_version'],
  host: 'hostname',
};

describe('a metric line', () => {
  it('has the form of TorchServe', () => {
    expect(metricLine(PER_MODEL, ['noop', 'default'], 1, 'box', 1_685_000_000)).toBe(
      'ts_inference_requests_total.Count:1.0|#model_name:noop,model_version:default' +
        '|#hostname:box,timestamp:1685000000',
    );
  });

  it('names the requests of a model metric', () => {
    const shape: MetricShape = {
      ...PER_MODEL,
      name: 'PredictionTime',
      unit: 'ms',
      dimensions: ['ModelName', 'Level'],
    };
    expect(metricLine(shape, ['noop', 'Model'], 45.61, 'box', 1, ['a', 'b'])).toBe(
      'PredictionTime.ms:45.61|#ModelName:noop,Level:Model|#hostname:box,requestID:a,b,timestamp:1',
    );
  });

  it('is one line, whatever a client calls its version', () => {
    const line = metricLine(PER_MODEL, ['noop', '1\nforged'], 1, 'box', 1, ['x\r\ny']);
    expect(line.split(/[\r\n]/)).toHaveLength(1);
  });
});

describe('the writer of a metric’s lines', () => {
  it('writes what metricLine writes, whatever labels follow each other', () => {
    const write = metricLineWriter(PER_MODEL, 'box');
    const labels = [
      ['a', '1'],
      ['a', '1'],
      ['a', '2'],
      ['b', '2\nforged'],
      ['a', '1'],
    ];
    for (const [index, each] of labels.entries())
      expect(write(each, index / 3, index)).toBe(metricLine(PER_MODEL, each, index / 3, 'box', index));
  });

  it('does not mind when the caller changes its list', () => {
    const write = metricLineWriter(PER_MODEL, 'box');
    const labels = ['a', '1'];
    write(labels, 1, 1);
    labels[1] = '2';
    expect(write(labels, 1, 1)).toContain('model_version:2');
  });
});
