import { describe, expect, it } from 'vitest';
import { HANDLER_SECTIONS, MODEL_KEYS, type ModelKeyRow } from '../../src/config/model-keys.js';

describe('the keys of model-config.yaml', () => {
  it('are all that TorchServe reads', () => {
    const theirs =
      'minWorkers maxWorkers batchSize maxBatchDelay responseTimeout startupTimeout deviceType deviceIds ' +
      'parallelType parallelLevel torchrun maxRetryTimeoutInSec clientTimeoutInMills jobQueueSize useJobTicket ' +
      'continuousBatching sequenceBatching asyncCommunication useVenv sequenceMaxIdleMSec sequenceTimeoutMSec ' +
      'maxSequenceJobQueueSize maxNumSequence';
    expect(theirs.split(' ').filter((key) => !Object.hasOwn(MODEL_KEYS, key))).toEqual([]);
  });

  it('are not sections of handlers as well', () => {
    expect(Object.keys(HANDLER_SECTIONS).filter((key) => Object.hasOwn(MODEL_KEYS, key))).toEqual([]);
  });

  it('have replacements that are allowed themselves', () => {
    const rows: ModelKeyRow[] = Object.values(MODEL_KEYS);
    expect(rows.filter(({ below, min = 0 }) => below !== undefined && below < min)).toEqual([]);
  });
});
