import { describe, expect, it } from 'vitest';
import { checkWorkerCounts } from '../../src/models/worker-limit.js';

describe('the limit of workers of one model', () => {
  it.each([
    [0, 0],
    [1024, 1024],
  ])('lets %i to %i workers be', (minWorkers, maxWorkers) => {
    expect(() =>
      checkWorkerCounts('m', { minWorkers, maxWorkers }, { maxWorkersPerModel: 1024 }),
    ).not.toThrow();
  });

  it('names the key', () => {
    const counts = { minWorkers: 1, maxWorkers: 1025 };
    expect(() => checkWorkerCounts('m', counts, { maxWorkersPerModel: 1024 })).toThrow(
      'Model m cannot have 1025 workers: max_workers_per_model is 1024.',
    );
  });
});
