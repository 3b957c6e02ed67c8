import { describe, expect, it } from 'vitest';
import { poolRows } from '../../../../src/runtimes/node/handlers/pool-rows.js';

/** Two texts, three tokens, two numbers each; the second text has one real token. */
const output = {
  data: Float32Array.of(1, 2, 3, 4, 5, 6, 3, 4, 100, 100, 100, 100),
  dims: [2, 3, 2],
  tokens: [3, 1],
};

describe('poolRows', () => {
  it('takes the mean of the real tokens and leaves padding out', () => {
    expect(poolRows(output, { pooling: 'mean', normalise: false })).toEqual([
      [3, 4],
      [3, 4],
    ]);
  });

  it('scales vectors to length 1', () => {
    expect(poolRows(output, { pooling: 'mean', normalise: true })).toEqual([
      [0.6, 0.8],
      [0.6, 0.8],
    ]);
  });

  it('takes the first token', () => {
    expect(poolRows(output, { pooling: 'cls', normalise: false })).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('leaves an output alone that is pooled already', () => {
    const pooled = { data: Float32Array.of(1, 2, 3, 4), dims: [2, 2], tokens: [3, 1] };
    expect(poolRows(pooled, { pooling: 'mean', normalise: false })).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('makes no infinities of a vector of zeros', () => {
    expect(
      poolRows(
        { data: new Float32Array(2), dims: [1, 1, 2], tokens: [1] },
        { pooling: 'mean', normalise: true },
      ),
    ).toEqual([[0, 0]]);
  });
});
