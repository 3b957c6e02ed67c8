import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/core/job.js';
import { makeRequest, openStage, type Stage, until } from '../workers/fixtures/stage.js';
import { type MadeLine, scheduledLine } from './line.js';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

async function ready(workers: number, settings = {}): Promise<MadeLine> {
  const line = scheduledLine(stage, { sequenceBatching: true, maxBatchDelayMs: 1, ...settings });
  await line.group.scale(workers, workers);
  return line;
}

/** A request of a sequence that tells which process answered it. */
function ask(line: MadeLine, seq: string, headers: Readonly<Record<string, string>> = {}): Job {
  return line.ask({ seq, who: 'yes', ...headers });
}

async function pidOf(job: Job): Promise<string> {
  return (await job.answer).headers['x-pid'] ?? '';
}

describe('the dispatcher of sequences', () => {
  it('sends a sequence to one worker, and the next sequence to the other', async () => {
    const line = await ready(2);
    const homes = new Map<string, Set<string>>();
    for (let turn = 0; turn < 3; turn += 1)
      for (const seq of ['a', 'b', 'c', 'd']) {
        const pid = await pidOf(ask(line, seq));
        homes.set(seq, (homes.get(seq) ?? new Set()).add(pid));
      }
    const pids = [...homes.values()].map((pidsOfOne) => [...pidsOfOne]);
    expect(pids.every((each) => each.length === 1)).toBe(true);
    const counts = [...new Set(pids.flat())].map((pid) => pids.flat().filter((each) => each === pid).length);
    expect(counts).toEqual([2, 2]);
  });

  it('puts one job of each sequence into a batch, in order', async () => {
    const order: string[] = [];
    stage.hub.on('job.settled', ({ job }) => order.push(job.request.id));
    const line = await ready(1, { batchSize: 2, maxBatchDelayMs: 60 });
    const jobs = ['a', 'a', 'b', 'a', 'b'].map((seq) => ask(line, seq));
    const batches = await Promise.all(jobs.map(async (job) => (await job.answer).headers['x-batch']));
    expect(batches).toEqual(['2', '2', '2', '1', '2']);
    const ids = jobs.map(({ request }) => request.id);
    expect(order).toEqual([ids[0], ids[2], ids[1], ids[4], ids[3]]);
  });

  it('refuses what finds no place: too many sequences, too many of one', async () => {
    const line = await ready(1, { maxNumSequence: 1, maxSequenceJobQueueSize: 1 });
    const jobs = [ask(line, 'a', { delayMs: '30' }), ask(line, 'a')];
    const refused = expect.objectContaining({ code: 'NO_WORKER', status: 503 });
    expect(() => ask(line, 'a')).toThrow(refused);
    expect(() => ask(line, 'b')).toThrow(refused);
    await Promise.all(jobs.map(({ answer }) => answer));
  });

  it('gives the place of a sequence away that the handler has ended', async () => {
    const line = await ready(1, { maxNumSequence: 1 });
    await ask(line, 'a', { ends: 'a' }).answer;
    await ask(line, 'b').answer;
  });

  it('gives a sequence that begins anew to another worker than before', async () => {
    const line = await ready(2);
    const pids = [await pidOf(ask(line, 'a', { ends: 'a' })), await pidOf(ask(line, 'a'))];
    expect(new Set(pids).size).toBe(2);
  });

  it('answers what waits behind a job whose worker dies, and begins anew with the next worker', async () => {
    const line = await ready(1);
    const jobs = [ask(line, 'a', { act: 'exit' }), ask(line, 'a'), ask(line, 'b')];
    const outcomes = await Promise.all(
      jobs.map(({ answer }) =>
        answer.then(
          ({ status }) => status,
          (error) => error.code,
        ),
      ),
    );
    expect(outcomes).toEqual(['WORKER_DIED', 'NO_WORKER', 200]);
    expect((await ask(line, 'a').answer).status).toBe(200);
  });

  it('closes the sequences of a worker that is taken away', async () => {
    const line = await ready(2);
    const pids = [await pidOf(ask(line, 'a')), await pidOf(ask(line, 'b'))];
    expect(new Set(pids).size).toBe(2);
    const kept = String(line.group.workers[0]?.facts.pid);
    await line.group.scale(1, 1);
    expect([await pidOf(ask(line, 'a')), await pidOf(ask(line, 'b'))]).toEqual([kept, kept]);
  });

  it('answers those who wait when the life of their sequence is over', async () => {
    const line = await ready(1, { sequenceTimeoutMs: 150, maxBatchDelayMs: 60_000, batchSize: 2 });
    const job = ask(line, 'a');
    await expect(job.answer).rejects.toMatchObject({ code: 'NO_WORKER' });
    expect((job.settledAt ?? 0) - job.admittedAt).toBeGreaterThanOrEqual(150);
  });

  it('serves a description, which belongs to no sequence', async () => {
    const line = await ready(1);
    const description = line.admit({ ...makeRequest(), verb: 'describe' });
    expect((await description.answer).headers['x-batch']).toBe('1');
  });

  it('drains without waiting for company', async () => {
    const line = await ready(1, { batchSize: 8, maxBatchDelayMs: 60_000 });
    const jobs = ['a', 'b', 'a'].map((seq) => ask(line, seq));
    await line.dispatcher.drain(10_000);
    await line.group.stop(10_000);
    expect(jobs.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('in rounds lets several jobs of a sequence run side by side, up to twice the batch', async () => {
    const line = await ready(1, { continuousBatching: true, batchSize: 1, maxBatchDelayMs: 50 });
    const endless = ask(line, 'a', { rounds: '100000' });
    await endless.answer;
    const joined = await ask(line, 'a', { rounds: '1' }).answer;
    expect(String(joined.body)).toBe('of 2;');
    endless.cancel();
    await until(() => line.group.workers[0]?.inFlight === 0);
  });
});
