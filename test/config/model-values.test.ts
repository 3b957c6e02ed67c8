import { describe, expect, it } from 'vitest';
import { MODEL_KEYS, type ModelKey } from '../../src/config/model-keys.js';
import { readModelValue } from '../../src/config/model-values.js';

const PLACE = { line: 1, column: 1 };

function read(key: ModelKey, value: unknown) {
  return readModelValue(MODEL_KEYS[key], { key, value, keyAt: PLACE, valueAt: PLACE });
}

describe('the value of a model key', () => {
  it.each([
    ['batchSize', 4, 4],
    ['maxBatchDelay', 0, 0],
    ['useJobTicket', true, true],
    ['deviceType', 'GPU', 'gpu'],
    ['parallelType', 'pptp', 'pptp'],
    ['deviceIds', [0, 2], [0, 2]],
  ] as const)('%s: %j is right', (key, value, expected) => {
    expect(read(key, value)).toEqual({ value: expected, problems: [] });
  });

  it.each([
    ['batchSize', '4'],
    ['batchSize', 1.5],
    ['batchSize', 2 ** 31],
    ['maxBatchDelay', -1],
    ['useJobTicket', 'yes'],
    ['deviceType', 'tpu'],
    ['parallelType', 3],
    ['deviceIds', [0, -1]],
    ['deviceIds', 0],
    ['deviceIds', []],
    ['torchrun', 4],
  ] as const)('%s: %j is wrong, and dropped', (key, value) => {
    const reading = read(key, value);
    expect(reading.value).toBeUndefined();
    expect(reading.problems).toMatchObject([{ severity: 'error', key }]);
  });

  it.each([
    ['minWorkers', 0, 1],
    ['batchSize', -3, 1],
    ['maxRetryTimeoutInSec', -1, 0],
    ['maxNumSequence', 0, 1],
  ] as const)('%s: %j is wrong, and becomes what TorchServe makes of it', (key, value, becomes) => {
    const reading = read(key, value);
    expect(reading.value).toBe(becomes);
    expect(reading.problems).toHaveLength(1);
  });
});
