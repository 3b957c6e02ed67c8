import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../src/scheduling/dispatcher.js';
import { RoundDispatcher } from '../../src/scheduling/round-dispatcher.js';
import { hasRounds, largestBatch, schedulingNotices } from '../../src/scheduling/scheduler.js';
import { SequenceDispatcher } from '../../src/scheduling/sequence-dispatcher.js';
import { openStage, type Stage } from '../workers/fixtures/stage.js';
import { scheduledLine } from './line.js';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

const PLAIN = {
  batchSize: 4,
  maxBatchDelayMs: 100,
  jobQueueSize: 7,
  useJobTicket: false,
  continuousBatching: false,
  sequenceBatching: false,
  asyncCommunication: false,
  sequenceMaxIdleMs: 1000,
  sequenceTimeoutMs: 0,
  maxSequenceJobQueueSize: 1,
  maxNumSequence: 1,
};

describe('the way of batching', () => {
  it.each([
    [{}, Dispatcher],
    [{ asyncCommunication: true }, Dispatcher],
    [{ continuousBatching: true }, RoundDispatcher],
    [{ continuousBatching: true, asyncCommunication: true }, Dispatcher],
    [{ sequenceBatching: true }, SequenceDispatcher],
    [{ sequenceBatching: true, continuousBatching: true }, SequenceDispatcher],
  ])('follows from the settings: %j', (settings, kind) => {
    const { dispatcher, queue, tickets } = scheduledLine(stage, { ...PLAIN, ...settings });
    expect(dispatcher).toBeInstanceOf(kind);
    expect(queue.capacity).toBe(7);
    expect(tickets).toBeUndefined();
  });

  it('knows the largest batch of each', () => {
    const largest = (settings: Partial<typeof PLAIN>) => largestBatch({ ...PLAIN, ...settings });
    expect(largest({})).toBe(4);
    expect(largest({ continuousBatching: true })).toBe(4);
    expect(largest({ sequenceBatching: true })).toBe(4);
    expect(largest({ sequenceBatching: true, continuousBatching: true })).toBe(8);
    expect(largest({ asyncCommunication: true, sequenceBatching: true })).toBe(1);
  });

  it('has no rounds where calls run side by side', () => {
    expect(hasRounds({ continuousBatching: true, asyncCommunication: false })).toBe(true);
    expect(hasRounds({ continuousBatching: true, asyncCommunication: true })).toBe(false);
  });

  it('tells what has no effect', () => {
    const count = (settings: Partial<typeof PLAIN>) => schedulingNotices({ ...PLAIN, ...settings }).length;
    expect([count({}), count({ sequenceBatching: true }), count({ continuousBatching: true })]).toEqual([
      0, 0, 0,
    ]);
    expect(schedulingNotices({ ...PLAIN, sequenceBatching: true, sequenceMaxIdleMs: 0 })).toEqual([
      expect.stringContaining('every request is refused'),
    ]);
    expect(count({ asyncCommunication: true, batchSize: 1 })).toBe(0);
    expect(count({ asyncCommunication: true, continuousBatching: true })).toBe(2);
  });

  it('sends one request after the other, however large batches may be, to workers with calls side by side', async () => {
    const settings = { ...PLAIN, asyncCommunication: true, maxBatchDelayMs: 60_000, useJobTicket: true };
    const line = scheduledLine(stage, settings, { behaviour: { credits: 3 } });
    await line.group.scale(1, 1);
    const jobs = [1, 2, 3].map(() => line.ask({ delayMs: '20' }));
    expect(jobs.every(({ sentAt }) => sentAt !== undefined)).toBe(true);
    expect(() => line.ask()).toThrow(expect.objectContaining({ code: 'NO_WORKER' }));
    for (const job of jobs) expect((await job.answer).headers['x-batch']).toBe('1');
  });
});
