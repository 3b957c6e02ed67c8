import { describe, expect, it } from 'vitest';
import { spread, summarize } from '../../src/bench/sample.js';

describe('the summary of latencies', () => {
  it('takes its quantiles from what was really seen', () => {
    const latencies = Array.from({ length: 1000 }, (_, index) => 1000 - index);
    expect(summarize(latencies)).toEqual({
      count: 1000,
      meanMs: 500.5,
      p50Ms: 500,
      p90Ms: 900,
      p99Ms: 990,
      p999Ms: 999,
      maxMs: 1000,
    });
  });

  it('sorts by number, not by letter', () => {
    expect(summarize([10, 9, 100]).p50Ms).toBe(10);
  });

  it('is all zero for nothing', () => {
    expect(summarize([])).toMatchObject({ count: 0, meanMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
  });

  it('of one latency is that latency', () => {
    expect(summarize([7.5])).toMatchObject({ p50Ms: 7.5, p99Ms: 7.5, maxMs: 7.5, meanMs: 7.5 });
  });
});

describe('the spread of repeats', () => {
  it('has the middle value as its median', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  });

  it('takes the mean of the middle two of an even number', () => {
    expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
  });
});
