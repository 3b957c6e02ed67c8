import { describe, expect, it } from 'vitest';
import { joined, joinIfSmall, sizeOf } from '../../src/core/pieces.js';

describe('pieces', () => {
  it('have a size together, and are joined without a copy when there is one', () => {
    const only = Buffer.from('ab');
    expect(sizeOf([only, Buffer.from('c')])).toBe(3);
    expect(sizeOf([])).toBe(0);
    expect(joined([only])).toBe(only);
    expect(joined([only, Buffer.from('c')]).toString()).toBe('abc');
    expect(joined([])).toHaveLength(0);
  });

  it('are handed on when they are large, and joined when they are small', () => {
    const large = [Buffer.alloc(64 * 1024), Buffer.alloc(1)];
    expect(joinIfSmall(large)).toBe(large);
    expect(joinIfSmall([Buffer.from('a'), Buffer.from('b')])).toEqual([Buffer.from('ab')]);
    const only = [Buffer.from('a')];
    expect(joinIfSmall(only)).toBe(only);
  });
});
