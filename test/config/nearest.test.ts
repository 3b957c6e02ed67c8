import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/config/nearest.js';

const KEYS = ['batchSize', 'minWorkers', 'maxWorkers', 'torchrun'];

describe('the nearest known key', () => {
  it.each([
    ['batchsize', 'batchSize'],
    ['batchSzie', 'batchSize'],
    ['max_workers', 'maxWorkers'],
    ['minWorker', 'minWorkers'],
  ])('for %s is %s', (word, key) => {
    expect(nearest(word, KEYS)).toBe(key);
  });

  it('is none when every key is far away, and for a word too short to say', () => {
    expect(nearest('completelyDifferent', KEYS)).toBeUndefined();
    expect(nearest('b', KEYS)).toBeUndefined();
  });
});
