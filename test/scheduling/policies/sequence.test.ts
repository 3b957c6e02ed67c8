import { describe, expect, it } from 'vitest';
import { type SequenceWorker, sequencePolicy } from '../../../src/scheduling/policies/sequence.js';

/** `sequence@admittedAt` or `sequence@admittedAt>home`, the sequence as a number. */
function jobs(text: string) {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const [, sequence, admittedAt, home] = /^(\d+)@(\d+)(?:>(\d+))?$/.exec(word) ?? [];
      return {
        sequence: Number(sequence),
        admittedAt: Number(admittedAt),
        home: home === undefined ? undefined : Number(home),
      };
    });
}

function worker(wishes: Partial<SequenceWorker> = {}): SequenceWorker {
  return { credits: 1, held: 0, sequences: 0, turn: 0, ...wishes };
}

function plan(text: string, workers: readonly SequenceWorker[], now = 1000) {
  const settings = { batchSize: 2, maxBatchDelayMs: 100 };
  const { homes, batches, lookAgainAt } = sequencePolicy(jobs(text), workers, now, settings);
  return {
    homes: Object.fromEntries(homes),
    batches: batches.map((batch) => `${batch.worker}: ${batch.jobs.join(' ')}`),
    lookAgainAt,
  };
}

describe('sequence batching', () => {
  it('gives a new sequence to the worker that has the fewest', () => {
    const workers = [worker({ sequences: 2 }), worker({ sequences: 0 })];
    expect(plan('0@800 1@801 2@802', workers).homes).toEqual({ 0: 1, 1: 1, 2: 0 });
  });

  it('goes round among workers that have as many', () => {
    const workers = [worker({ turn: 7 }), worker({ turn: 5 }), worker({ turn: 6 })];
    expect(plan('0@800 1@801 2@802 3@803', workers).homes).toEqual({ 0: 1, 1: 2, 2: 0, 3: 1 });
  });

  it('sends a sequence to the worker that has it, however busy the others are not', () => {
    const workers = [worker({ credits: 0 }), worker()];
    expect(plan('0@800>0 1@801>1', workers)).toMatchObject({ homes: {}, batches: ['1: 1'] });
  });

  it('gives homes also at workers that are busy, and none where there is no worker', () => {
    expect(plan('0@800', [worker({ credits: 0 })])).toEqual({
      homes: { 0: 0 },
      batches: [],
      lookAgainAt: undefined,
    });
    expect(plan('0@800', [])).toEqual({ homes: {}, batches: [], lookAgainAt: undefined });
  });

  it('sends a full batch at once, and what is left waits for company', () => {
    const workers = [worker({ credits: 2 })];
    expect(plan('0@990>0 1@991>0 2@992>0', workers)).toEqual({
      homes: {},
      batches: ['0: 0 1'],
      lookAgainAt: 1092,
    });
  });

  it('looks again at the earliest of all delays', () => {
    const workers = [worker(), worker()];
    expect(plan('0@950>0 1@940>1', workers).lookAgainAt).toBe(1040);
  });

  it('goes on at once where jobs are held, joined by as many as fit', () => {
    const workers = [worker({ held: 1 }), worker({ held: 2 })];
    expect(plan('0@999>0 0@999>0 1@999>1', workers).batches).toEqual(['0: 0', '1: ']);
  });

  it('keeps the jobs of one sequence together when it is new', () => {
    const workers = [worker(), worker()];
    expect(plan('0@800 0@801', workers)).toMatchObject({ homes: { 0: 0 }, batches: ['0: 0 1'] });
  });
});
