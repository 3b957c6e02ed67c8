import { describe, expect, it } from 'vitest';
import { javaDouble } from '../../src/metrics/java-double.js';

describe('a number as Java prints it', () => {
  // The right side is what Double.toString gives.
  it.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [-12.5, '-12.5'],
    [0.001, '0.001'],
    [-0.25, '-0.25'],
    [45.61, '45.61'],
    [1234.05, '1234.05'],
    [1.0001, '1.0001'],
    [9_999_999.999, '9999999.999'],
    [1 / 3, '0.3333333333333333'],
    [0.0001, '1.0E-4'],
    [0.00012345, '1.2345E-4'],
    [9_999_999, '9999999.0'],
    [10_000_000, '1.0E7'],
    [12_345_678, '1.2345678E7'],
    [-1.5e300, '-1.5E300'],
    [1795265187, '1.795265187E9'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%d is %s', (value, text) => {
    expect(javaDouble(value)).toBe(text);
  });
});
