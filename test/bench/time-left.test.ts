import { describe, expect, it } from 'vitest';
import { createTimeLeft } from '../../src/bench/time-left.js';

describe('the time that is left', () => {
  it('follows from the rounds that have ended', () => {
    let nowMs = 0;
    const left = createTimeLeft(4, () => nowMs);
    expect(left.prefix()).toBe('[1/4] ');
    nowMs = 10_000;
    left.done();
    expect(left.prefix()).toBe('[2/4, 30 s left] ');
    nowMs = 400_000;
    left.done();
    expect(left.prefix()).toBe('[3/4, 7 min left] ');
    nowMs = 30_000_000;
    left.done();
    expect(left.prefix()).toBe('[4/4, 2.8 h left] ');
  });

  it('is not told for a single round', () => {
    expect(createTimeLeft(1).prefix()).toBe('');
  });
});
