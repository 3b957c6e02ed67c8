import { describe, expect, it } from 'vitest';
import { serveError } from '../../src/core/errors.js';
import { Job } from '../../src/core/job.js';
import type { Sequence } from '../../src/scheduling/sequence.js';
import { SequenceRoom, type SequenceRoomOptions } from '../../src/scheduling/sequence-room.js';
import type { Worker } from '../../src/workers/worker.js';
import { FakeClock } from '../core/fake-clock.js';
import { makeRequest } from '../workers/fixtures/stage.js';

function setUp(wishes: Partial<SequenceRoomOptions> = {}) {
  const clock = new FakeClock();
  const room = new SequenceRoom({
    model: 'm',
    capacity: 100,
    maxSequences: 2,
    maxJobsPerSequence: 2,
    maxIdleMs: 1000,
    timeoutMs: 0,
    endHeader: 'ends',
    clock,
    ...wishes,
  });
  /** Puts a job in, as admission does; undefined if it is refused. */
  const ask = (sequenceId?: string, deadlineAt?: number): Job | undefined => {
    const request = { ...makeRequest(), sequenceId };
    if (!room.hasRoomFor(request)) return undefined;
    const job = new Job(request, { admittedAt: clock.now(), deadlineAt });
    room.add(job);
    return job;
  };
  const sequence = (id: string): Sequence => {
    const found = [...room.active].find((each) => each.id === id);
    if (!found) throw new Error(`${id} is not active`);
    return found;
  };
  /** Answers the oldest job of a sequence. */
  const answer = (id: string, headers: Readonly<Record<string, string>> = {}): void => {
    const job = sequence(id).next();
    job?.settle(
      { kind: 'answered', head: { status: 200, reason: '', headers }, body: [Buffer.alloc(0)] },
      clock.now(),
    );
    room.review(clock.now());
  };
  return { clock, room, ask, sequence, answer };
}

const codeOf = (job: Job | undefined) =>
  job?.outcome?.kind === 'failed' ? job.outcome.error.code : job?.outcome?.kind;

describe('the waiting room of sequences', () => {
  it('opens as many sequences as there may be', () => {
    const { ask, room } = setUp();
    expect([ask('a'), ask('b'), ask('c')].map((job) => job !== undefined)).toEqual([true, true, false]);
    expect([room.sequences, room.length]).toEqual([2, 2]);
  });

  it('lets so many wait in one sequence, one more that is sent next, and so many in all', () => {
    const { ask } = setUp();
    expect([ask('a'), ask('a'), ask('a'), ask('a')].filter(Boolean)).toHaveLength(3);
    expect(setUp({ capacity: 1 }).ask('a')).toBeDefined();
    const small = setUp({ capacity: 1 });
    small.ask('a');
    expect([small.ask('a'), small.ask('b'), small.ask()]).toEqual([undefined, undefined, undefined]);
  });

  it('opens none without an idle time, as in TorchServe', () => {
    expect(setUp({ maxIdleMs: 0 }).ask('a')).toBeUndefined();
  });

  it('gives the place of a sequence away once it was idle for too long', () => {
    const { ask, answer, clock, room } = setUp();
    ask('a');
    ask('b');
    clock.moveTo(100);
    answer('a');
    clock.moveTo(1099);
    expect(ask('c')).toBeUndefined();
    clock.moveTo(1100);
    expect(ask('c')).toBeDefined();
    expect(room.sequences).toBe(2);
  });

  it('does not count what is over when a worker is chosen for a new one', () => {
    const { ask, answer, clock, room, sequence } = setUp();
    const worker = { state: 'ready' } as Worker;
    ask('a');
    room.assign(sequence('a'), worker);
    answer('a');
    expect([room.sequencesOf(worker), room.turnOf(worker)]).toEqual([1, 1]);
    clock.moveTo(1000);
    ask('b');
    expect([room.sequencesOf(worker), room.turnOf(worker)]).toEqual([0, 1]);
  });

  it('begins anew when the id of a forgotten sequence comes again', () => {
    const { ask, answer, clock, room, sequence } = setUp();
    ask('a');
    const first = sequence('a');
    room.assign(first, { state: 'ready' } as Worker);
    answer('a');
    clock.moveTo(1000);
    ask('a');
    expect(sequence('a')).not.toBe(first);
    expect(sequence('a').home).toBeUndefined();
  });

  it('does not forget a sequence of which something waits or runs', () => {
    const { ask, clock, sequence } = setUp();
    ask('a');
    ask('b');
    sequence('b').next();
    clock.moveTo(50_000);
    expect(ask('c')).toBeUndefined();
  });

  it('notices a client that went, before it refuses', () => {
    const { ask, clock } = setUp({ maxSequences: 1 });
    ask('a')?.cancel();
    expect(ask('b')).toBeUndefined();
    clock.moveTo(1000);
    expect(ask('b')).toBeDefined();
  });

  it('closes what the handler says is over, and serves what waits in it before', () => {
    const { ask, answer, room } = setUp({ maxSequences: 3 });
    for (const id of ['a', 'b', 'b', 'c']) ask(id);
    answer('c');
    answer('a', { ends: 'b; c;nobody' });
    expect(room.sequences).toBe(2);
    answer('b');
    expect(room.sequences).toBe(2);
    answer('b');
    expect(room.sequences).toBe(1);
  });

  it('answers those who wait for a sequence whose worker is gone', () => {
    const { ask, room, sequence, clock } = setUp();
    const jobs = [ask('a'), ask('a'), ask('b')];
    const worker = { state: 'ready' } as { state: string } & Worker;
    for (const id of ['a', 'b']) room.assign(sequence(id), worker);
    expect(room.sequencesOf(worker)).toBe(2);
    sequence('a').next();
    (worker as { state: string }).state = 'failed';
    room.review(clock.now());
    // Of b nothing was sent yet: any other worker will do.
    expect(jobs.map(codeOf)).toEqual([undefined, 'NO_WORKER', undefined]);
    expect([room.sequences, room.sequencesOf(worker), sequence('b').home]).toEqual([1, 0, undefined]);
  });

  it('answers those who wait at the end of a sequence, after the one that runs', () => {
    const { ask, room, sequence, clock } = setUp({ timeoutMs: 500 });
    ask('a');
    const waiting = ask('a');
    const running = sequence('a').next();
    clock.moveTo(500);
    room.review(clock.now());
    expect([codeOf(running), codeOf(waiting), ask('a')]).toEqual([undefined, undefined, undefined]);
    running?.settle(
      { kind: 'answered', head: { status: 200, reason: '', headers: {} }, body: [Buffer.alloc(0)] },
      500,
    );
    room.review(clock.now());
    expect(codeOf(waiting)).toBe('NO_WORKER');
    expect(ask('a')).toBeDefined();
  });

  it('answers jobs that expire, in sequences and without', () => {
    const { ask, room } = setUp();
    const jobs = [ask('a', 10), ask(undefined, 10), ask('b', 99)];
    room.review(10);
    expect(jobs.map(codeOf)).toEqual(['JOB_EXPIRED', 'JOB_EXPIRED', undefined]);
  });

  it('is empty when nobody waits in any sequence', async () => {
    const { ask, room, sequence } = setUp();
    ask('a');
    ask();
    const emptied = room.emptied();
    room.loose.take(1);
    sequence('a').next();
    await emptied;
    const late = [ask('a'), ask()];
    room.failAll(serveError('SERVER_STOPPING', {}), 0);
    expect(late.map(codeOf)).toEqual(['SERVER_STOPPING', 'SERVER_STOPPING']);
  });
});
