import { describe, expect, it } from 'vitest';
import { Job } from '../../src/core/job.js';
import type { BusyPoll } from '../../src/workers/busy-poll.js';
import { InFlight } from '../../src/workers/in-flight.js';
import { movedToOldSpace } from '../old-space.js';
import { makeJob } from './fixtures/stage.js';

describe('the batches a worker has', () => {
  it('are counted, with their jobs, under numbers of their own', () => {
    const inFlight = new InFlight();
    const first = inFlight.add([makeJob(), makeJob()], 1);
    const second = inFlight.add([makeJob()], 2);
    expect([inFlight.batches, inFlight.jobs]).toEqual([2, 3]);
    expect(first.id).not.toBe(second.id);
    expect(inFlight.get(second.id)).toBe(second);
    inFlight.remove(first, 3);
    inFlight.remove(first, 3);
    expect([inFlight.batches, inFlight.jobs]).toEqual([1, 1]);
    expect(inFlight.get(first.id)).toBeUndefined();
  });

  it('say where a job is', () => {
    const inFlight = new InFlight();
    const jobs = [makeJob(), makeJob()] as const;
    inFlight.add([makeJob()], 1);
    const batch = inFlight.add(jobs, 1);
    expect(inFlight.find(jobs[1])).toEqual({ batch, index: 1 });
    expect(inFlight.find(makeJob())).toBeUndefined();
  });

  it('give up all jobs that nobody settled', () => {
    const inFlight = new InFlight();
    const jobs = [makeJob(), makeJob(), makeJob()] as const;
    inFlight.add(jobs.slice(0, 2), 1);
    inFlight.add(jobs.slice(2), 1);
    jobs[1].fail('gone', 1);
    expect(inFlight.takeAll(3)).toEqual([jobs[0], jobs[2]]);
    expect([inFlight.batches, inFlight.jobs]).toEqual([0, 0]);
  });

  it('keep the jobs of a round that are not settled, and put them first into the next', () => {
    const inFlight = new InFlight();
    const jobs = [makeJob(), makeJob(), makeJob()] as const;
    const round = inFlight.add(jobs, 1);
    expect(round.held).toBe(0);
    jobs[1].fail('done', 1);
    inFlight.close(round, 2, 1);
    expect([inFlight.batches, inFlight.jobs, inFlight.kept]).toEqual([0, 2, 2]);
    const added = makeJob();
    const next = inFlight.add([added], 2);
    expect(next).toMatchObject({ jobs: [jobs[0], jobs[2], added], held: 2 });
    expect([inFlight.batches, inFlight.jobs, inFlight.kept]).toEqual([1, 3, 0]);
  });

  it('leave kept jobs where they are while a job that must be alone passes', () => {
    const inFlight = new InFlight();
    const kept = makeJob();
    inFlight.close(inFlight.add([kept], 1), 2, 1);
    const description = new Job({ ...makeJob().request, verb: 'describe' }, { admittedAt: 0 });
    expect(inFlight.add([description], 2)).toMatchObject({ jobs: [description], held: 0 });
    expect(inFlight.kept).toBe(1);
    expect(inFlight.takeAll(3)).toEqual([description, kept]);
    expect(inFlight.jobs).toBe(0);
  });

  it('forget a kept job that was given up', () => {
    const inFlight = new InFlight();
    const jobs = [makeJob(), makeJob()] as const;
    inFlight.close(inFlight.add(jobs, 1), 2, 1);
    inFlight.drop(jobs[0]);
    expect(inFlight.add([], 2)).toMatchObject({ jobs: [jobs[1]], held: 1 });
  });

  it('are known, over all workers, to whoever decides about sleeping', () => {
    const told: unknown[] = [];
    const busyPoll = {
      sent(now: number, handlerMs: number) {
        told.push(['sent', now, handlerMs]);
        return 250;
      },
      back(now: number, batches = 1) {
        told.push(['back', now, batches]);
      },
    } as BusyPoll;
    const inFlight = new InFlight(busyPoll);
    const first = inFlight.add([makeJob()], 1);
    expect(first.pollUs).toBe(250);
    inFlight.close(first, 2, 0.5);
    const lost = inFlight.add([makeJob()], 3);
    inFlight.remove(lost, 4);
    inFlight.remove(lost, 4);
    inFlight.add([makeJob()], 5);
    inFlight.add([makeJob()], 5);
    inFlight.takeAll(6);
    const long = Number.POSITIVE_INFINITY;
    expect(told).toEqual([
      ['sent', 1, long],
      ['back', 2, 1],
      ['sent', 3, 0.5],
      ['back', 4, 1],
      ['sent', 5, 0.5],
      ['sent', 5, 0.5],
      ['back', 6, 2],
    ]);
  });

  it('do not hold on to those that came later', () => {
    const inFlight = new InFlight();
    const waiting = [inFlight.add([makeJob()], 1)];
    const moved = movedToOldSpace(20_000, () => {
      const oldest = waiting.shift();
      for (let number = 0; number < 3; number++) waiting.push(inFlight.add([makeJob()], 1));
      for (const batch of [oldest, waiting.shift(), waiting.shift()]) if (batch) inFlight.remove(batch, 2);
    });
    // A job alone takes 200 bytes.
    expect(moved / 60_000).toBeLessThan(50);
  });
});
