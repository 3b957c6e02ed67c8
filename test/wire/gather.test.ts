import { describe, expect, it } from 'vitest';
import { GatherPieces, GatherWhole } from '../../src/wire/gather.js';

describe.each([GatherPieces, GatherWhole])('%o', (Gather) => {
  it('takes what belongs to the frame, and no more', () => {
    const gathering = new Gather(5);
    expect(gathering.take(Buffer.from('abc'))).toBe(3);
    expect(gathering.pieces).toBeUndefined();
    expect(gathering.take(Buffer.from('defg'))).toBe(2);
    expect(gathering.pieces?.join('')).toBe('abcde');
  });
});
