import { describe, expect, it } from 'vitest';
import { dueMs, parsePace } from '../../../src/bench/replay/pace.js';

describe('the pace of a replay', () => {
  it('is a multiple of the recorded one', () => {
    expect(dueMs(parsePace('2x'), 7, 1000)).toBe(500);
    expect(dueMs(parsePace('.5'), 7, 1000)).toBe(2000);
    expect(dueMs(parsePace('1x'), 7, -5)).toBe(0);
  });

  it('is one of its own', () => {
    expect(dueMs({ kind: 'rate', requestsPerSecond: 10 }, 7, 1000)).toBe(700);
    expect(dueMs({ kind: 'fast' }, 7, 1000)).toBeUndefined();
  });

  it.each(['', 'x', '0x', '-1x', '2y', '1e9x', '1.2.3'])('is not %j', (text) => {
    expect(() => parsePace(text)).toThrowError(expect.objectContaining({ code: 'REPLAY_PACE', exitCode: 2 }));
  });
});
