import { describe, expect, it } from 'vitest';
import { canJoin, joinRequests, splitOutputs } from '../../../../src/runtimes/node/handlers/join-requests.js';
import type { NamedTensor } from '../../../../src/runtimes/node/handlers/named-tensors.js';
import type { TensorSignature } from '../../../../src/runtimes/node/handlers/session.js';

const axis = (...shape: (number | string)[]): TensorSignature => ({ name: 'x', type: 'float32', shape });

function request(rows: number, width: number, from: number): readonly NamedTensor[] {
  const data = Float32Array.from({ length: rows * width }, (_, at) => from + at);
  return [{ name: 'x', type: 'float32', dims: [rows, width], data }];
}

describe('canJoin', () => {
  it('needs one name for the first axis of every input and output', () => {
    expect(canJoin([axis('batch', 2)], [axis('batch')])).toBe(true);
    expect(canJoin([axis('batch', 2)], [axis(10)])).toBe(false);
    expect(canJoin([axis('batch'), axis('tokens')], [axis('batch')])).toBe(false);
    expect(canJoin([axis(1, 2)], [axis(1)])).toBe(false);
    expect(canJoin([axis(-1, 2)], [axis(-1)])).toBe(false);
    expect(canJoin([axis('')], [axis('')])).toBe(false);
    expect(canJoin([axis()], [axis()])).toBe(false);
  });
});

describe('joinRequests', () => {
  it('joins requests that agree in all other axes, whatever their rows', () => {
    const groups = joinRequests(
      [request(1, 2, 0), request(2, 2, 10), request(1, 3, 20), request(1, 2, 30)],
      true,
    );
    expect(groups.map(({ members, rows }) => ({ members, rows }))).toEqual([
      { members: [0, 1, 3], rows: [1, 2, 1] },
      { members: [2], rows: [1] },
    ]);
    expect(groups[0]?.tensors).toEqual([
      { name: 'x', type: 'float32', dims: [4, 2], data: Float32Array.of(0, 1, 10, 11, 12, 13, 30, 31) },
    ]);
  });

  it('leaves out requests that failed, and joins nothing where that is not allowed', () => {
    const groups = joinRequests([request(1, 2, 0), undefined, request(1, 2, 10)], false);
    expect(groups.map(({ members }) => members)).toEqual([[0], [2]]);
  });

  it('joins text', () => {
    const text = (value: string): readonly NamedTensor[] => [
      { name: 't', type: 'string', dims: [1], data: [value] },
    ];
    expect(joinRequests([text('a'), text('b')], true)[0]?.tensors[0]?.data).toEqual(['a', 'b']);
  });
});

describe('splitOutputs', () => {
  it('hands every member its own rows', () => {
    const [tensor] = request(4, 2, 0);
    if (!tensor) throw new Error('no tensor');
    const split = splitOutputs([tensor], [1, 2, 1]);
    expect(split.map(([part]) => [part?.dims, Array.from(part?.data as Float32Array)])).toEqual([
      [
        [1, 2],
        [0, 1],
      ],
      [
        [2, 2],
        [2, 3, 4, 5],
      ],
      [
        [1, 2],
        [6, 7],
      ],
    ]);
  });

  it('does not guess when the output has other rows than the input', () => {
    const [tensor] = request(3, 2, 0);
    if (!tensor) throw new Error('no tensor');
    expect(() => splitOutputs([tensor], [1, 1])).toThrow('3 rows for 2 rows');
    expect(splitOutputs([tensor], [1])).toEqual([[tensor]]);
  });
});
