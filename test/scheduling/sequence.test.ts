import { describe, expect, it } from 'vitest';
import { Sequence } from '../../src/scheduling/sequence.js';
import type { Worker } from '../../src/workers/worker.js';
import { makeJob } from '../workers/fixtures/stage.js';

const HEAD = { status: 200, reason: '', headers: {} };

function open(timeoutMs = 0) {
  return new Sequence('s', 1, 100, timeoutMs);
}

describe('a sequence', () => {
  it('has room for as many as may wait, and one more that is sent next', () => {
    const sequence = open();
    expect(sequence.full).toBe(false);
    sequence.queue.add(makeJob());
    expect(sequence.full).toBe(false);
    sequence.queue.add(makeJob());
    expect(sequence.full).toBe(true);
    sequence.next();
    expect(sequence.full).toBe(true);
    expect(sequence.running).toBe(true);
  });

  it('is idle from its last answer on', () => {
    const sequence = open();
    expect(sequence.expiresAt(50)).toBe(150);
    sequence.queue.add(makeJob());
    expect(sequence.expiresAt(50)).toBe(Number.POSITIVE_INFINITY);
    const job = sequence.next();
    expect(sequence.expiresAt(50)).toBe(Number.POSITIVE_INFINITY);
    job?.settle({ kind: 'answered', head: HEAD, body: [Buffer.alloc(0)] }, 400);
    sequence.look();
    expect([sequence.idle, sequence.expiresAt(50)]).toEqual([true, 450]);
  });

  it('ends with its life, however busy it was', () => {
    expect(open(1000).endsAt).toBe(1100);
    expect(open(1000).expiresAt(5000)).toBe(1100);
    expect(open(0).endsAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('gives the headers of its answers once, also those of pieces', () => {
    const sequence = open();
    const job = makeJob();
    sequence.queue.add(job);
    sequence.next();
    expect(sequence.look()).toEqual([]);
    job.write({ ...HEAD, headers: { a: '1' } }, [Buffer.from('x')]);
    expect(sequence.look()).toEqual([{ a: '1' }]);
    expect(sequence.look()).toEqual([]);
    job.settle({ kind: 'answered', head: { ...HEAD, headers: { a: '2' } }, body: [Buffer.alloc(0)] }, 1);
    expect(sequence.look()).toEqual([{ a: '2' }]);
    expect(sequence.running).toBe(false);
  });

  it('is lost with its worker once something of it was sent', () => {
    const sequence = open();
    sequence.home = { state: 'draining' } as Worker;
    expect([sequence.homeless, sequence.lost]).toEqual([true, false]);
    sequence.queue.add(makeJob());
    sequence.next();
    expect(sequence.lost).toBe(true);
    sequence.home = { state: 'ready' } as Worker;
    expect([sequence.homeless, sequence.lost]).toEqual([false, false]);
  });
});
