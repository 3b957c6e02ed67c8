import { describe, expect, it } from 'vitest';
import { Rounds } from '../../../src/runtimes/node/continuous.js';
import type { WireJob } from '../../../src/wire/frames.js';

function job(id: string, wishes: Partial<WireJob> = {}): WireJob {
  const parts = [{ name: 'body', type: '', size: 3 }];
  return { id, verb: 'predict', headers: { name: id }, parts, ...wishes };
}

function held(id: string): WireJob {
  return { id, verb: 'predict', headers: {}, parts: [], held: true };
}

describe('rounds in a worker', () => {
  it('show the headers again of what goes on, and no input', () => {
    const rounds = new Rounds();
    expect(rounds.open({ jobs: [job('a'), job('b')] }).jobs).toEqual([job('a'), job('b')]);
    const { jobs } = rounds.open({ jobs: [held('a'), job('c')] });
    expect(jobs).toEqual([{ ...job('a'), parts: [] }, job('c')]);
    expect(rounds.open({ jobs: [held('a'), held('c')] }).jobs.map(({ headers }) => headers)).toEqual([
      { name: 'a' },
      { name: 'c' },
    ]);
  });

  it('forget what the next round does not name', () => {
    const rounds = new Rounds();
    rounds.open({ jobs: [job('a'), job('b')] });
    rounds.open({ jobs: [held('b')] });
    expect(rounds.open({ jobs: [held('a'), held('b')] }).jobs).toEqual([
      held('a'),
      { ...job('b'), parts: [] },
    ]);
  });

  it('are not disturbed by a description between two of them', () => {
    const rounds = new Rounds();
    rounds.open({ jobs: [job('a')] });
    rounds.open({ jobs: [job('d', { verb: 'describe' })] });
    expect(rounds.open({ jobs: [held('a')] }).jobs[0]?.headers).toEqual({ name: 'a' });
  });
});
