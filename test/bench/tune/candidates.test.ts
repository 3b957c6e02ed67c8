import { describe, expect, it } from 'vitest';
import { compareCost, listCandidates, place, usualRanges } from '../../../src/bench/tune/candidates.js';

const RANGES = { workers: [1, 2], threads: [1, 2], batchSize: [1, 4], batchDelayMs: [1, 5, 10] };

describe('the candidates of a tuning', () => {
  it('have no delay to choose while a batch holds one request', () => {
    const singles = listCandidates(RANGES, 2).filter(({ batchSize }) => batchSize === 1);
    expect(singles.map(({ batchDelayMs }) => batchDelayMs)).toEqual([1, 1, 1]);
  });

  it('leave out workers and threads that together are too many for the machine', () => {
    const pairs = new Set(listCandidates(RANGES, 2).map(({ workers, threads }) => `${workers}x${threads}`));
    expect([...pairs]).toEqual(['1x1', '1x2', '2x1']);
    expect(listCandidates(RANGES, 4)).toHaveLength(16);
  });

  it('usually share the cores out in doubling steps', () => {
    expect(usualRanges(6)).toMatchObject({ workers: [1, 2, 4, 6], threads: [1, 2, 4, 6] });
    expect(usualRanges(1)).toMatchObject({ workers: [1, 2, 4], threads: [1] });
  });

  it('lie where their settings are in the lists', () => {
    const candidate = { workers: 2, threads: 1, batchSize: 4, batchDelayMs: 5 };
    expect(place(candidate, RANGES)).toEqual([1, 0, 1, 0.5]);
    expect(place(candidate, { ...RANGES, workers: [2] })).toEqual([0, 0, 1, 0.5]);
  });

  it('cost more with more threads, workers, batches and delay, in this order', () => {
    const one = { workers: 1, threads: 2, batchSize: 1, batchDelayMs: 1 };
    expect(compareCost(one, { ...one, threads: 4 })).toBeLessThan(0);
    expect(compareCost(one, { ...one, threads: 1, workers: 2 })).toBeLessThan(0);
    expect(compareCost(one, { ...one, batchSize: 4 })).toBeLessThan(0);
    expect(compareCost(one, one)).toBe(0);
  });
});
