import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Tally } from '../../../src/bench/load/tally.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (ms: number) => vi.advanceTimersByTime(ms);

describe('a tally', () => {
  it('takes the time from its begin to the last answer, right or not', () => {
    const tally = new Tally();
    later(500);
    tally.answered(5);
    later(1500);
    tally.failed('status 503: busy', 'a.png');
    later(4000);
    expect(tally.phase()).toMatchObject({ seconds: 2, asked: 2, failed: 1, unsent: 0 });
    expect(tally.seconds()).toBe(6);
  });

  it('keeps latencies of right answers alone, counts failures by kind and tells the first one', () => {
    const tally = new Tally();
    tally.answered(1);
    tally.failed('status 503: busy', 'a.png');
    tally.failed('no answer within 1 s', 'b.png');
    tally.failed('status 503: busy');
    const { latency, histogram, errors, fault } = tally.phase();
    expect([latency.count, latency.maxMs]).toEqual([1, 1]);
    expect(histogram.counts).toEqual([1]);
    expect(errors).toEqual({ 'status 503': 2, timeout: 1 });
    expect(fault).toBe('a.png: status 503: busy');
  });

  it('counts failures in a row until something is right', () => {
    const tally = new Tally();
    tally.failed('x');
    tally.failed('x');
    expect(tally.failedInARow).toBe(2);
    tally.answered(1);
    expect(tally.failedInARow).toBe(0);
  });

  it('has no slice of a moment at the end, whose one answer would pass for thousands a second', () => {
    const tally = new Tally();
    for (const ms of [60, 60, 85]) {
      later(ms);
      tally.answered(1);
    }
    const { timeline } = tally.phase();
    expect(timeline.map(({ answered }) => answered)).toEqual([1, 2]);
    expect(timeline.map(({ seconds }) => seconds)).toEqual([0.1, expect.closeTo(0.105)]);
    later(0.5);
    tally.answered(1);
    expect(tally.phase().timeline.map(({ answered }) => answered)).toEqual([1, 3]);
  });

  it('tells what happened when', () => {
    const tally = new Tally();
    later(100);
    tally.answered(10);
    later(6000);
    tally.answered(20);
    tally.failed('x');
    const { timeline, seconds } = tally.phase();
    expect(timeline).toHaveLength(60);
    expect(timeline[0]).toMatchObject({ fromSec: 0, answered: 1, failed: 0, p50Ms: 10 });
    expect(timeline.at(-1)).toMatchObject({ answered: 1, failed: 1, p99Ms: 20 });
    expect(timeline.reduce((sum, slice) => sum + slice.seconds, 0)).toBeCloseTo(seconds);
  });

  it('has nothing to tell of nothing', () => {
    expect(new Tally().phase()).toMatchObject({ seconds: 0, asked: 0, timeline: [], errors: {} });
  });
});
