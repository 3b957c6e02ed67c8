import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRequest, openStage, type Stage } from '../workers/fixtures/stage.js';
import { type LineWishes, type MadeLine, makeLine } from './line.js';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

async function ready(workers: number, wishes: LineWishes = {}): Promise<MadeLine> {
  const line = makeLine(stage, wishes);
  await line.group.scale(workers, workers);
  return line;
}

/** Size of the batch in which the job was answered. */
async function batchOf(job: {
  answer: Promise<{ headers: Readonly<Record<string, string>> }>;
}): Promise<number> {
  return Number((await job.answer).headers['x-batch']);
}

describe('the dispatcher', () => {
  it('gives one job to each worker and keeps the rest waiting', async () => {
    const line = await ready(2);
    const jobs = [1, 2, 3].map(() => line.ask({ delayMs: '30' }));
    expect(jobs.map(({ sentAt }) => sentAt !== undefined)).toEqual([true, true, false]);
    expect(line.queue.length).toBe(1);
    await Promise.all(jobs.map(({ answer }) => answer));
  });

  it('answers jobs in the order they came when there is one worker', async () => {
    const order: string[] = [];
    stage.hub.on('job.settled', ({ job }) => order.push(job.request.id));
    const line = await ready(1);
    const jobs = Array.from({ length: 50 }, () => line.ask());
    await Promise.all(jobs.map(({ answer }) => answer));
    expect(order).toEqual(jobs.map(({ request }) => request.id));
  });

  it('sends a full batch at once', async () => {
    const line = await ready(1, { batching: { batchSize: 3, maxBatchDelayMs: 60_000 } });
    const jobs = [1, 2, 3].map(() => line.ask());
    expect(await Promise.all(jobs.map(batchOf))).toEqual([3, 3, 3]);
  });

  it('sends a partial batch when its oldest job has waited long enough', async () => {
    const line = await ready(1, { batching: { batchSize: 8, maxBatchDelayMs: 80 } });
    const jobs = [line.ask(), line.ask()];
    expect(jobs[0]?.sentAt).toBeUndefined();
    expect(line.queue.length).toBe(2);
    expect(await Promise.all(jobs.map(batchOf))).toEqual([2, 2]);
    for (const { sentAt = 0, admittedAt } of jobs.slice(0, 1))
      expect(sentAt - admittedAt).toBeGreaterThanOrEqual(80);
  });

  it('counts the delay from admission, also while all workers are busy', async () => {
    const line = await ready(1, { batching: { batchSize: 2, maxBatchDelayMs: 100 } });
    const first = [line.ask({ delayMs: '250' }), line.ask()];
    const late = line.ask();
    await Promise.all(first.map(({ answer }) => answer));
    // Its delay was over while the worker was busy, so it is sent with the credit.
    expect(late.sentAt).toBeDefined();
    expect(await batchOf(late)).toBe(1);
  });

  it('lets no worker wait for the batch of another', async () => {
    const line = await ready(2, { batching: { batchSize: 2, maxBatchDelayMs: 60_000 } });
    const jobs = [1, 2, 3, 4].map(() => line.ask({ delayMs: '50' }));
    expect(jobs.every(({ sentAt }) => sentAt !== undefined)).toBe(true);
    await Promise.all(jobs.map(({ answer }) => answer));
  });

  it('sends a description alone, and what came before it without waiting', async () => {
    const line = await ready(1, { batching: { batchSize: 8, maxBatchDelayMs: 60_000 } });
    const before = line.ask();
    const description = line.admit({ ...makeRequest(), verb: 'describe' });
    expect(await Promise.all([before, description].map(batchOf))).toEqual([1, 1]);
  });

  it('answers 408 when the limit of a job is over, even while no worker is free', async () => {
    const line = await ready(1, { line: { clientTimeoutMs: 60 } });
    const running = line.ask({ delayMs: '400' });
    const waiting = line.ask();
    await expect(waiting.answer).rejects.toMatchObject({ code: 'JOB_EXPIRED', status: 408 });
    expect(running.settled).toBe(false);
    // What was sent in time is answered, however late.
    expect((await running.answer).status).toBe(200);
  });

  it('takes batches only when they are sealed, so that a client that goes leaves no gap', async () => {
    const line = await ready(1, { batching: { batchSize: 2, maxBatchDelayMs: 60_000 } });
    const gone = line.ask();
    gone.cancel();
    const jobs = [line.ask(), line.ask()];
    expect(await Promise.all(jobs.map(batchOf))).toEqual([2, 2]);
  });

  it('keeps what waits when a worker dies, for the next one', async () => {
    const line = await ready(1);
    await line.ask().answer;
    const lost = line.ask({ act: 'kill', delayMs: '20' });
    const kept = line.ask({}, 'kept');
    await expect(lost.answer).rejects.toMatchObject({ code: 'WORKER_OUT_OF_MEMORY' });
    expect(kept.settled).toBe(false);
    expect(String((await kept.answer).body)).toBe('kept');
  });

  it('uses all credits of a worker', async () => {
    const line = await ready(1, { behaviour: { credits: 3 } });
    const jobs = [1, 2, 3, 4].map(() => line.ask({ delayMs: '10' }));
    expect(jobs.map(({ sentAt }) => sentAt !== undefined)).toEqual([true, true, true, false]);
    await Promise.all(jobs.map(({ answer }) => answer));
  });
});

describe('draining the dispatcher', () => {
  it('sends what waits without waiting for company', async () => {
    const line = await ready(1, { batching: { batchSize: 8, maxBatchDelayMs: 60_000 } });
    const job = line.ask();
    await line.dispatcher.drain(5000);
    expect(await batchOf(job)).toBe(1);
  });

  it('is over at once when nobody waits', async () => {
    await (await ready(0)).dispatcher.drain(60_000);
  });

  it('answers those who are left when the time is over', async () => {
    const line = await ready(1);
    const running = line.ask({ delayMs: '200' });
    const waiting = line.ask();
    await line.dispatcher.drain(50);
    await expect(waiting.answer).rejects.toMatchObject({ code: 'SERVER_STOPPING' });
    expect((await running.answer).status).toBe(200);
  });
});
