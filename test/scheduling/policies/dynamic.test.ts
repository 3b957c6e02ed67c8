import { describe, expect, it } from 'vitest';
import { dynamicPolicy } from '../../../src/scheduling/policies/dynamic.js';

/** Jobs by the time of their admission; a trailing `!` marks one that must be alone. */
function jobs(text: string) {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word) => ({ admittedAt: Number.parseFloat(word), alone: word.endsWith('!') }));
}

describe('plain batching', () => {
  it.each<
    [string, string, { credits?: number; now: number; size: number; delay?: number }, number[], number?]
  >([
    ['nobody waits', '', { now: 0, size: 4 }, []],
    ['a batch of one is sent at once', '0', { now: 0, size: 1 }, [1]],
    ['one batch per credit', '0 0 0', { credits: 2, now: 0, size: 1 }, [1, 1]],
    ['no credit, no batch', '0 0', { credits: 0, now: 999, size: 1 }, []],
    ['a full batch is sent at once', '0 5 6 7', { now: 7, size: 4 }, [4]],
    ['the rest of a full batch waits for company', '0 1 2 3 4', { credits: 2, now: 4, size: 4 }, [4], 104],
    ['a partial batch waits for company', '10 20', { now: 20, size: 4 }, [], 110],
    ['the delay counts from the admission of the oldest', '10 109', { now: 109.9, size: 4 }, [], 110],
    ['and is over when it is over', '10 109', { now: 110, size: 4 }, [2]],
    [
      'long waiting jobs go as one batch, not one per worker',
      '0 1 2',
      { credits: 3, now: 500, size: 4 },
      [3],
    ],
    ['a delay of 0 waits for nobody', '0 0', { now: 0, size: 4, delay: 0 }, [2]],
    ['a negative delay waits for nobody', '5', { now: 5, size: 4, delay: -10_000 }, [1]],
    ['a job that must be alone is', '0!', { now: 0, size: 4 }, [1]],
    ['it goes alone even with company', '0! 0 0', { now: 0, size: 4 }, [1]],
    ['and ends the batch before it', '0 0 0!', { now: 0, size: 4 }, [2]],
    [
      'the ones after it wait for their own company',
      '0 0! 50',
      { credits: 3, now: 50, size: 4 },
      [1, 1],
      150,
    ],
    ['two of them are two batches', '0! 0!', { credits: 2, now: 0, size: 4 }, [1, 1]],
  ])('%s', (_, waiting, { credits = 1, now, size, delay = 100 }, batches, lookAgainAt) => {
    const settings = { batchSize: size, maxBatchDelayMs: delay };
    expect(dynamicPolicy(jobs(waiting), credits, now, settings)).toEqual({ batches, lookAgainAt });
  });
});
