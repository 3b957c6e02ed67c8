import { describe, expect, it } from 'vitest';
import { serveError } from '../../src/core/errors.js';
import { Job } from '../../src/core/job.js';
import { JobQueue } from '../../src/scheduling/job-queue.js';
import { movedToOldSpace } from '../old-space.js';

function job(admittedAt = 0, deadlineAt?: number): Job {
  const request = { id: String(admittedAt), model: 'm', verb: 'predict', headers: {}, parts: [] } as const;
  return new Job(request, { admittedAt, deadlineAt });
}

/** A queue with so many jobs, and the jobs. */
function fill(count: number): { queue: JobQueue; jobs: readonly Job[] } {
  const queue = new JobQueue(count);
  const jobs = Array.from({ length: count }, (_, index) => job(index));
  for (const one of jobs) queue.add(one);
  return { queue, jobs };
}

describe('a job queue', () => {
  it('gives jobs away in the order they came, and owns them until then', () => {
    const { queue, jobs } = fill(3);
    expect(jobs.every(({ owner }) => owner !== undefined)).toBe(true);
    expect(queue.take(2)).toEqual(jobs.slice(0, 2));
    expect(jobs.map(({ owner }) => owner === undefined)).toEqual([true, true, false]);
    expect(queue.take(9)).toEqual(jobs.slice(2));
    expect(queue.take(1)).toEqual([]);
    expect(queue.length).toBe(0);
  });

  it('shows the oldest jobs and keeps them', () => {
    const { queue, jobs } = fill(3);
    expect(queue.peek(2)).toEqual(jobs.slice(0, 2));
    expect(queue.length).toBe(3);
  });

  it('is full at its capacity', () => {
    const { queue } = fill(2);
    expect(queue.full).toBe(true);
    queue.take(1);
    expect(queue.full).toBe(false);
  });

  it.each([
    ['the first', 0, [1, 2]],
    ['one in the middle', 1, [0, 2]],
    ['the last', 2, [0, 1]],
  ])('lets go of a job whose client has gone: %s', (_, gone, left) => {
    const { queue, jobs } = fill(3);
    jobs[gone]?.cancel();
    expect(jobs[gone]?.outcome).toMatchObject({ error: { code: 'CLIENT_GONE' } });
    expect(queue.length).toBe(2);
    const late = job(9);
    queue.add(late);
    expect(queue.take(9)).toEqual([...left.map((index) => jobs[index]), late]);
  });

  it('bears a storm of clients that go', () => {
    const { queue, jobs } = fill(100_000);
    for (const one of jobs) one.cancel();
    expect(queue.length).toBe(0);
    expect(queue.peek(1)).toEqual([]);
  });

  it('answers 408 to those whose time is up, and to nobody else', async () => {
    const queue = new JobQueue(9);
    const jobs = [job(0, 100), job(10, 110), job(20, 120)] as const;
    for (const one of jobs) queue.add(one);
    expect(queue.deadlineAt).toBe(100);
    queue.expire(99);
    expect(queue.length).toBe(3);
    queue.expire(110);
    expect(queue.length).toBe(1);
    expect(queue.deadlineAt).toBe(120);
    await expect(jobs[1].answer).rejects.toMatchObject({
      code: 'JOB_EXPIRED',
      status: 408,
      message: 'The request waited longer than its time limit of 100 ms.',
    });
    expect(jobs[2].settled).toBe(false);
  });

  it('lets jobs without a limit wait', () => {
    const { queue } = fill(1);
    expect(queue.deadlineAt).toBeUndefined();
    queue.expire(1e12);
    expect(queue.length).toBe(1);
  });

  it('answers everybody with an error', () => {
    const { queue, jobs } = fill(3);
    queue.failAll(serveError('SERVER_STOPPING', {}), 5);
    expect(queue.length).toBe(0);
    expect(jobs.map(({ status }) => status)).toEqual([503, 503, 503]);
  });

  it('tells when nobody waits any more', async () => {
    await new JobQueue(1).emptied();
    const { queue, jobs } = fill(2);
    let emptied = false;
    const waiting = queue.emptied().then(() => {
      emptied = true;
    });
    const other = queue.emptied();
    queue.take(1);
    await Promise.resolve();
    expect(emptied).toBe(false);
    jobs[1]?.cancel();
    await Promise.all([waiting, other]);
    expect(emptied).toBe(true);
  });

  it('does not let a job that has gone hold on to those behind it', () => {
    const { queue } = fill(10);
    const moved = movedToOldSpace(20_000, () => {
      queue.take(1);
      queue.add(job());
    });
    // A job alone takes 200 bytes.
    expect(moved / 20_000).toBeLessThan(50);
  });
});
