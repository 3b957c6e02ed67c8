import { describe, expect, it } from 'vitest';
import { Rounds } from '../../../src/runtimes/node/continuous.js';
import type { WireAnswer, WireJob } from '../../../src/wire/frames.js';

function job(id: string, wishes: Partial<WireJob> = {}): WireJob {
  const parts = [{ name: 'body', type: '', size: 3 }];
  return { id, verb: 'predict', headers: { name: id }, parts, ...wishes };
}

function held(id: string): WireJob {
  return { id, verb: 'predict', headers: {}, parts: [], held: true };
}

function answer(more?: boolean): WireAnswer {
  return { status: 200, reason: '', headers: {}, size: 0, more };
}

describe('rounds in a worker', () => {
  it('show the headers again of what goes on, and no input', () => {
    const rounds = new Rounds();
    rounds.close(rounds.open({ jobs: [job('a'), job('b')] }), [answer(true), answer()]);
    const { jobs } = rounds.open({ jobs: [held('a'), job('c')] });
    expect(jobs).toEqual([{ ...job('a'), parts: [] }, job('c')]);
  });

  it('forget what the next round does not name', () => {
    const rounds = new Rounds();
    rounds.close(rounds.open({ jobs: [job('a'), job('b')] }), [answer(true), answer(true)]);
    rounds.close(rounds.open({ jobs: [held('b')] }), [answer(true)]);
    expect(rounds.open({ jobs: [held('a'), held('b')] }).jobs).toEqual([
      held('a'),
      { ...job('b'), parts: [] },
    ]);
  });

  it('are not disturbed by a description between two of them', () => {
    const rounds = new Rounds();
    rounds.close(rounds.open({ jobs: [job('a')] }), [answer(true)]);
    rounds.close(rounds.open({ jobs: [job('d', { verb: 'describe' })] }), [answer()]);
    expect(rounds.open({ jobs: [held('a')] }).jobs[0]?.headers).toEqual({ name: 'a' });
  });
});
