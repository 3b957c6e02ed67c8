import { expect, it } from 'vitest';
import { workerIds } from '../../src/workers/worker-ids.js';

it('numbers of workers count up, those of groups by their ranks from a number of their own', () => {
  const next = workerIds(9000, 29_500);
  expect([next(), next(2), next(0), next(4), next(2), next()]).toEqual([
    '9000',
    '29500',
    '9001',
    '29502',
    '29506',
    '9002',
  ]);
});
