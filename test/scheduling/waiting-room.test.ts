import { describe, expect, it } from 'vitest';
import { JobQueue } from '../../src/scheduling/job-queue.js';
import { earlier, emptyRoom } from '../../src/scheduling/waiting-room.js';
import { FakeClock } from '../core/fake-clock.js';
import { makeJob } from '../workers/fixtures/stage.js';

describe('emptying a waiting room', () => {
  it('ends when nobody waits any more', async () => {
    const [queue, clock] = [new JobQueue(5), new FakeClock()];
    queue.add(makeJob());
    const emptied = emptyRoom(queue, clock, 1000);
    queue.take(1);
    await emptied;
    expect(clock.timers).toEqual([]);
  });

  it('answers those who still wait when the time is over', async () => {
    const [queue, clock] = [new JobQueue(5), new FakeClock()];
    const job = makeJob();
    queue.add(job);
    const emptied = emptyRoom(queue, clock, 1000);
    clock.moveTo(1000);
    await emptied;
    expect(job.outcome).toMatchObject({ error: { code: 'SERVER_STOPPING' } });
  });
});

describe('the earlier of two times', () => {
  it('may be never', () => {
    expect([earlier(1, 2), earlier(2, 1), earlier(undefined, 3), earlier(4, undefined)]).toEqual([
      1, 1, 3, 4,
    ]);
    expect(earlier(undefined, undefined)).toBeUndefined();
  });
});
