import { describe, expect, it } from 'vitest';
import type { MetricShape } from '../../src/metrics/definition.js';
import { metricLineWriter } from '../../src/metrics/log-format.js';

const PER_MODEL: MetricShape = {
  name: 'ts_inference_requests_total',
  type: 'counter',
  unit: 'Count',
  dimensions: ['model_name', 'model_version'],
  host: 'hostname',
};

/** A writer, and the lines it has written. */
function open(shape = PER_MODEL) {
  const lines: string[] = [];
  return { lines, write: metricLineWriter(shape, 'box', (line) => lines.push(line)) };
}

describe('a metric line', () => {
  it('has the form of TorchServe', () => {
    const { lines, write } = open();
    write(['noop', 'default'], 1, 1_685_000_000);
    expect(lines).toEqual([
      'ts_inference_requests_total.Count:1.0|#model_name:noop,model_version:default' +
        '|#hostname:box,timestamp:1685000000',
    ]);
  });

  it('names the requests of a model metric', () => {
    const shape: MetricShape = {
      ...PER_MODEL,
      name: 'PredictionTime',
      unit: 'ms',
      dimensions: ['ModelName', 'Level'],
    };
    const { lines, write } = open(shape);
    write(['noop', 'Model'], 45.61, 1, ['a', 'b']);
    expect(lines).toEqual([
      'PredictionTime.ms:45.61|#ModelName:noop,Level:Model|#hostname:box,requestID:a,b,timestamp:1',
    ]);
  });

  it('is one line, whatever a client calls its version', () => {
    const { lines, write } = open();
    write(['noop', '1\nforged'], 1, 1, ['x\r\ny']);
    expect(lines.join('').split(/[\r\n]/)).toHaveLength(1);
  });

  it('follows its labels and the time, whatever was written before', () => {
    const { lines, write } = open();
    const calls: [labels: string[], timeSec: number][] = [
      [['a', '1'], 1],
      [['a', '1'], 2],
      [['a', '2'], 2],
      [['b', '2'], 1],
      [['a', '1'], 1],
    ];
    for (const [labels, timeSec] of calls) write(labels, 0.5, timeSec);
    expect(lines).toEqual(
      calls.map(
        ([[model, version], timeSec]) =>
          'ts_inference_requests_total.Count:0.5' +
          `|#model_name:${model},model_version:${version}|#hostname:box,timestamp:${timeSec}`,
      ),
    );
  });

  it('does not mind when the caller changes its list', () => {
    const { lines, write } = open();
    const labels = ['a', '1'];
    write(labels, 1, 1);
    labels[1] = '2';
    write(labels, 1, 1);
    expect(lines[1]).toContain('model_version:2');
  });
});
