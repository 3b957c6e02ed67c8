import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Waiting } from '../../../src/bench/load/waiting.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

describe('the connections that wait at the end of a load', () => {
  it('are forgotten when they wait much longer than any answer took', () => {
    const waiting = new Waiting();
    vi.advanceTimersByTime(1000);
    waiting.answered('one');
    vi.advanceTimersByTime(2000);
    waiting.answered('two');
    vi.advanceTimersByTime(500);
    expect(waiting.forgotten(3, 20)).toEqual([2.5, 3.5]);
    expect(waiting.forgotten(3, 1500)).toEqual([3.5]);
    expect(waiting.forgotten(3, 2000)).toEqual([]);
  });
});
