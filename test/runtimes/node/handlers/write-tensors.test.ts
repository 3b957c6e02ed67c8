import { describe, expect, it } from 'vitest';
import { writeOutputs } from '../../../../src/runtimes/node/handlers/write-tensors.js';

const chances = {
  name: 'chances',
  type: 'float32',
  dims: [2, 3],
  data: Float32Array.of(1, 2, 3, 4, 5, 6),
} as const;
const labels = { name: 'label', type: 'string', dims: [2], data: ['a', 'b'] as string[] } as const;

describe('writeOutputs', () => {
  it('nests arrays by name', () => {
    expect(JSON.parse(writeOutputs([chances, labels], 'map'))).toEqual({
      chances: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      label: ['a', 'b'],
    });
  });

  it('keeps more axes, scalars and empty axes', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const nested = (dims: number[], values = data) =>
      (
        JSON.parse(writeOutputs([{ name: 'y', type: 'float32', dims, data: values }], 'map')) as {
          y: unknown;
        }
      ).y;
    expect(nested([1, 2, 2])).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(nested([], Float32Array.of(7))).toBe(7);
    expect(nested([0, 4], new Float32Array())).toEqual([]);
  });

  it('lists flat data with datatype and shape in the Open Inference Protocol', () => {
    expect(JSON.parse(writeOutputs([chances], 'inference-protocol'))).toEqual({
      outputs: [{ name: 'chances', datatype: 'FP32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }],
    });
  });
});
