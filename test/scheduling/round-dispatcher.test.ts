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
  const line = scheduledLine(stage, {
    continuousBatching: true,
    batchSize: 2,
    maxBatchDelayMs: 1,
    ...settings,
  });
  await line.group.scale(workers, workers);
  return line;
}

async function textOf(job: Job): Promise<string> {
  const { body } = await job.answer;
  if (Array.isArray(body)) return `whole: ${body.join('')}`;
  let text = '';
  for await (const piece of body) text += piece;
  return text;
}

describe('the dispatcher of rounds', () => {
  it('sends round after round until every request is answered', async () => {
    const line = await ready(1, { batchSize: 4, maxBatchDelayMs: 50 });
    const jobs = [1, 4, 2].map((rounds) => line.ask({ rounds: String(rounds) }));
    expect(await Promise.all(jobs.map(textOf))).toEqual([
      'whole: of 3;',
      'of 3;of 2;of 1;of 1;',
      'of 3;of 2;',
    ]);
    expect(line.group.workers[0]).toMatchObject({ inFlight: 0, held: 0 });
  });

  it('lets a request join a running batch without waiting for company', async () => {
    const line = await ready(1, { maxBatchDelayMs: 1 });
    const first = line.ask({ rounds: '100000' });
    await first.answer;
    const joined = line.ask({ rounds: '3' });
    expect(await textOf(joined)).toBe('of 2;'.repeat(3));
    first.cancel();
  });

  it('keeps more than fit waiting until one is done', async () => {
    const line = await ready(1);
    const jobs = [20, 20, 2].map((rounds) => line.ask({ rounds: String(rounds) }));
    expect(line.queue.length).toBe(1);
    const texts = await Promise.all(jobs.map(textOf));
    expect(texts[2]).toBe('of 1;of 1;');
  });

  it('goes on with the others when a client leaves', async () => {
    const line = await ready(1);
    const [gone, kept] = [line.ask({ rounds: '100000' }), line.ask({ rounds: '50' })];
    await gone?.answer;
    gone?.cancel();
    const text = await textOf(kept as Job);
    expect(text.split(';')).toHaveLength(51);
    expect(text.endsWith('of 1;of 1;')).toBe(true);
    await until(() => line.group.credits === 1);
    expect(line.group.workers[0]).toMatchObject({ inFlight: 0, held: 0 });
  });

  it('serves a description though a worker always has something to do', async () => {
    const line = await ready(1);
    const endless = line.ask({ rounds: '100000' });
    await endless.answer;
    const description = line.admit({ ...makeRequest(), verb: 'describe' });
    expect((await description.answer).headers['x-batch']).toBe('1');
    endless.cancel();
  });

  it('drains without waiting for company, and finishes what runs', async () => {
    const line = await ready(1, { batchSize: 8, maxBatchDelayMs: 60_000 });
    const job = line.ask({ rounds: '3' });
    await line.dispatcher.drain(10_000);
    await line.group.stop(10_000);
    expect(await textOf(job)).toBe('of 1;'.repeat(3));
  });

  it('answers what is held when the worker dies, and goes on with the next worker', async () => {
    const line = await ready(1);
    const held = line.ask({ rounds: '100000' });
    const { body } = await held.answer;
    process.kill(line.group.workers[0]?.facts.pid ?? 0, 'SIGKILL');
    await expect(
      (async () => {
        for await (const piece of body as AsyncIterable<Buffer>) void piece;
      })(),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^WORKER_/) });
    expect(await textOf(line.ask({ rounds: '2' }))).toBe('of 1;of 1;');
  });

  it('with job tickets lets in as many as there are free places', async () => {
    const line = await ready(1, { useJobTicket: true });
    const jobs = [line.ask({ rounds: '100000' }), line.ask({ rounds: '100000' })];
    expect(() => line.ask()).toThrow(expect.objectContaining({ code: 'NO_WORKER' }));
    for (const job of jobs) job.cancel();
    await until(() => line.group.workers[0]?.inFlight === 0);
    await line.ask().answer;
  });
});
