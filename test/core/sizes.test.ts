import { describe, expect, it } from 'vitest';
import { formatBytes, formatSeconds } from '../../src/core/sizes.js';

describe('sizes and times for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [152_400, '152.4 kB'],
    [4_294_967_296, '4.3 GB'],
    [5e15, '5000.0 TB'],
  ])('%d bytes are %s', (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text);
  });

  it.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [200, '3 min 20 s'],
    [Number.POSITIVE_INFINITY, '?'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});
