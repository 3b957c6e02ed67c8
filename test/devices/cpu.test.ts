import { describe, expect, it } from 'vitest';
import { availableCores, threadsPerWorker } from '../../src/devices/cpu.js';

describe('the processors', () => {
  it('are at least one', () => {
    expect(availableCores()).toBeGreaterThanOrEqual(1);
  });

  it.each([
    [8, 1, 8],
    [8, 2, 4],
    [8, 3, 2],
    [2, 4, 1],
    [1, 1, 1],
    [4, 0, 4],
  ])('are shared out: %i cores among %i workers make %i threads each', (cores, workers, threads) => {
    expect(threadsPerWorker(cores, workers)).toBe(threads);
  });
});
