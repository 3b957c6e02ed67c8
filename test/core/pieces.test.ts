import { describe, expect, it } from 'vitest';
import { cut, joined, joinIfSmall, sizeOf } from '../../src/core/pieces.js';

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

  it('are cut into runs at any place, without a copy', () => {
    const pieces = ['abc', 'd', 'efgh'].map((text) => Buffer.from(text));
    const text = (sizes: readonly number[]) => cut(pieces, sizes).map((run) => run.join(''));
    expect(cut(pieces, [8])).toEqual([pieces]);
    expect(text([3, 5])).toEqual(['abc', 'defgh']);
    expect(text([0, 2, 0, 4, 2])).toEqual(['', 'ab', '', 'cdef', 'gh']);
    expect(text([8, 0])).toEqual(['abcdefgh', '']);
    expect(cut(pieces, [1, 7])[0]?.[0]?.buffer).toBe(pieces[0]?.buffer);
    expect(cut([], [0, 0])).toEqual([[], []]);
  });
});
