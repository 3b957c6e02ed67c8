import { describe, expect, it } from 'vitest';
import { fromHalfBits, toHalfBits } from '../../../../src/runtimes/node/handlers/half-float.js';

describe('half floats', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -14 - 2 ** -25, 0x0400],
    [0.1, 0x2e66],
    [1 / 3, 0x3555],
    [2049, 0x6800],
    [2051, 0x6802],
    [1.9999, 0x4000],
  ])('writes %d as IEEE 754 says', (value, bits) => {
    expect(toHalfBits(value)).toBe(bits);
  });

  it('reads every number back that it writes', () => {
    const all = Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
      (bits) => !Number.isNaN(fromHalfBits(bits)),
    );
    expect(all.filter((bits) => toHalfBits(fromHalfBits(bits)) !== bits)).toEqual([]);
    expect(fromHalfBits(toHalfBits(Number.NaN))).toBeNaN();
  });
});
