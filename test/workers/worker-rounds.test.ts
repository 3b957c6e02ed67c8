import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Events } from '../../src/core/events.js';
import { Job } from '../../src/core/job.js';
import { makeJob, makeRequest, openStage, type Stage, until } from './fixtures/stage.js';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

describe('a worker with rounds', () => {
  async function textOf(job: Job): Promise<string> {
    const { body } = await job.answer;
    if (Array.isArray(body)) return `whole: ${body.join('')}`;
    let text = '';
    for await (const piece of body) text += piece;
    return text;
  }

  it('keeps the jobs that go on, and is sent only their names', async () => {
    const worker = await stage.ready({ rounds: true });
    const sent: Events['job.sent'][] = [];
    stage.hub.on('job.sent', (event) => sent.push(event));
    stage.onCredit = () => {
      if (worker.held > 0) worker.send(worker.held === 2 ? [late] : []);
    };
    const jobs = [makeJob({ rounds: '2' }), makeJob({ rounds: '3' })] as const;
    const late = makeJob({ rounds: '1' });
    worker.send(jobs);
    const texts = await Promise.all([...jobs, late].map(textOf));
    expect(texts).toEqual(['of 2;of 3;', 'of 2;of 3;of 1;', 'whole: of 3;']);
    expect(worker).toMatchObject({ inFlight: 0, held: 0, answered: 3 });
    expect(sent.map(({ job }) => job)).toEqual([...jobs, late]);
  });

  it('forgets a job whose client has gone, in a round and between two', async () => {
    const worker = await stage.ready({ rounds: true });
    const jobs = [makeJob({ rounds: '1000' }), makeJob({ rounds: '1000' })] as const;
    worker.send(jobs);
    jobs[0].cancel();
    await until(() => worker.held === 1);
    jobs[1].cancel();
    expect(worker).toMatchObject({ held: 0, inFlight: 0, credits: 1 });
    expect(jobs.map(({ outcome }) => outcome?.kind)).toEqual(['failed', 'failed']);
  });

  it('lets a description pass between two rounds', async () => {
    const worker = await stage.ready({ rounds: true });
    const job = makeJob({ rounds: '2' });
    worker.send([job]);
    await until(() => worker.held === 1);
    const description = new Job({ ...makeRequest(), verb: 'describe' }, { admittedAt: 0 });
    worker.send([description]);
    expect((await description.answer).headers['x-batch']).toBe('1');
    expect(worker.held).toBe(1);
    worker.send([]);
    expect(await textOf(job)).toBe('of 1;of 1;');
  });

  it('finishes what it holds before it leaves', async () => {
    const worker = await stage.ready({ rounds: true });
    const job = makeJob({ rounds: '5' });
    worker.send([job]);
    await until(() => worker.held === 1);
    const stopped = worker.stop(10_000);
    expect(await textOf(job)).toBe('of 1;'.repeat(5));
    await stopped;
    expect(worker.state).toBe('stopped');
  });

  it('answers what it held when it dies', async () => {
    const worker = await stage.ready({ rounds: true });
    const job = makeJob({ rounds: '5' });
    worker.send([job]);
    await until(() => worker.held === 1);
    process.kill(worker.facts.pid ?? 0, 'SIGKILL');
    await worker.ended;
    expect(job.outcome).toMatchObject({ kind: 'failed', error: { code: expect.stringMatching(/^WORKER_/) } });
  });
});
