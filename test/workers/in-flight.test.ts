import { describe, expect, it } from 'vitest';
import { InFlight } from '../../src/workers/in-flight.js';
import { makeJob } from './fixtures/stage.js';

describe('the batches a worker has', () => {
  it('are counted, with their jobs, under numbers of their own', () => {
    const inFlight = new InFlight();
    const first = inFlight.add([makeJob(), makeJob()], 1);
    const second = inFlight.add([makeJob()], 2);
    expect([inFlight.batches, inFlight.jobs]).toEqual([2, 3]);
    expect(first.id).not.toBe(second.id);
    expect(inFlight.get(second.id)).toBe(second);
    inFlight.remove(first);
    inFlight.remove(first);
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
    expect(inFlight.takeAll()).toEqual([jobs[0], jobs[2]]);
    expect([inFlight.batches, inFlight.jobs]).toEqual([0, 0]);
  });
});
