import { describe, expect, it } from 'vitest';
import { continuousPolicy } from '../../../src/scheduling/policies/continuous.js';

/** Jobs by the time of their admission; a trailing `!` marks one that must be alone. */
function jobs(text: string) {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word) => ({ admittedAt: Number.parseFloat(word), alone: word.endsWith('!') }));
}

/** `worker:joining` of each round, in order. */
function plan(waiting: string, held: readonly number[], now = 1000, delay = 100) {
  const workers = held.map((count) => ({ held: count }));
  const settings = { batchSize: 4, maxBatchDelayMs: delay };
  const { rounds, lookAgainAt } = continuousPolicy(jobs(waiting), workers, now, settings);
  return { rounds: rounds.map(({ worker, joining }) => `${worker}:${joining}`), lookAgainAt };
}

describe('continuous batching', () => {
  it.each<[string, string, readonly number[], readonly string[]]>([
    ['goes on at once though nobody waits', '', [2], ['0:0']],
    ['lets in as many as still fit', '900 901 902', [2], ['0:2']],
    ['lets nobody into a full round', '900', [4], ['0:0']],
    ['does not wait for company where there is some', '999', [1], ['0:1']],
    ['fills the emptiest running round first', '900 901 902', [3, 1], ['1:3', '0:0']],
    ['begins a plain batch where nothing is held', '800 801', [0], ['0:2']],
    ['sends nothing to a worker without jobs', '', [0], []],
    ['goes on without those who must wait for a description to pass', '900! 901', [1], ['0:1']],
    [
      'lets a description pass at the emptiest worker, and the others go on',
      '900! 901',
      [3, 1],
      ['1:1', '0:1'],
    ],
    ['ends what joins a round before a description', '900 901! 902', [1], ['0:1']],
    ['needs no worker to have no plan', '900 901', [], []],
  ])('%s', (_, waiting, held, rounds) => {
    expect(plan(waiting, held).rounds).toEqual(rounds);
  });

  it('waits for company where nothing is held, and says until when', () => {
    expect(plan('950', [0])).toEqual({ rounds: [], lookAgainAt: 1050 });
    expect(plan('950', [0], 1050)).toEqual({ rounds: ['0:1'], lookAgainAt: undefined });
  });

  it('gives a full batch to an idle worker beside the running rounds', () => {
    expect(plan('1 2 3 4 5 6', [3, 0], 10)).toEqual({ rounds: ['0:1', '1:4'], lookAgainAt: undefined });
  });
});
