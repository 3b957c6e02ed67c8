import { describe, expect, it } from 'vitest';
import { describeCandidate } from '../../../src/bench/tune/describe-candidate.js';

describe('a candidate in words', () => {
  it('names all that matters', () => {
    const candidate = { workers: 2, threads: 1, batchSize: 8, batchDelayMs: 5 };
    expect(describeCandidate(candidate)).toBe('2 workers with 1 thread, batches of 8 within 5 ms');
    expect(describeCandidate({ ...candidate, workers: 1, batchSize: 1 })).toBe(
      '1 worker with 1 thread, no batches',
    );
  });
});
