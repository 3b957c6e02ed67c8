import { describe, expect, it } from 'vitest';
import { parsePrometheus, sumOf } from '../../../src/bench/server-side/prometheus-text.js';

const TEXT = `# HELP ts_x Of requests.
# TYPE ts_x counter
ts_x{model_name="a",model_version="1.0",hostname="box",} 4.0
ts_x{model_name="a",model_version="2.0",hostname="box",} 1.5E1
ts_x{model_name="b \\"c\\"",hostname="box"} 7 1395066363000
up 1
not a sample
`;

describe('Prometheus text', () => {
  it("is read with its labels, Java's numbers and commas included", () => {
    const samples = parsePrometheus(TEXT);
    expect(samples).toHaveLength(4);
    expect(samples[1]).toEqual({
      name: 'ts_x',
      labels: { model_name: 'a', model_version: '2.0', hostname: 'box' },
      value: 15,
    });
    expect(samples[2]?.labels.model_name).toBe('b "c"');
    expect(samples[3]).toEqual({ name: 'up', labels: {}, value: 1 });
  });

  it('is summed up over what has a label', () => {
    const samples = parsePrometheus(TEXT);
    expect(sumOf(samples, 'ts_x', ['model_name', 'a'])).toBe(19);
    expect(sumOf(samples, 'ts_x', ['model_name', 'z'])).toBeUndefined();
    expect(sumOf(samples, 'ts_y', ['model_name', 'a'])).toBeUndefined();
  });
});
