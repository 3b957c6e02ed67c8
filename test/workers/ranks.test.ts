import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Job } from '../../src/core/job.js';
import type { Device } from '../../src/devices/device.js';
import type { WorkerGroup } from '../../src/workers/group.js';
import { ranksOf } from '../../src/workers/ranks.js';
import type { Worker } from '../../src/workers/worker.js';
import {
  fixtureRanks,
  fixtureRuntime,
  type GroupWishes,
  isAlive,
  makeJob,
  makeRequest,
  openStage,
  type Stage,
  until,
} from './fixtures/stage.js';

let stage: Stage;
let printed: string[];

beforeEach(async () => {
  stage = await openStage();
  printed = [];
  stage.hub.on('worker.output', ({ line }) => printed.push(line));
});

afterEach(() => stage.close());

/** A group of workers of two ranks each. */
function twoRanks(parallelType: 'pp' | 'tp', wishes: GroupWishes = {}, first = 0): WorkerGroup {
  const { settings, options, ...others } = wishes;
  return stage.group({
    settings: { parallelType, parallelLevel: 2, ...settings },
    options: { runtime: fixtureRanks(first), ...options },
    ...others,
  });
}

async function readyWorker(group: WorkerGroup): Promise<Worker> {
  await group.scale(1, 1);
  const [worker] = group.workers;
  if (!worker) throw new Error('no worker');
  return worker;
}

function pidsOf(worker: Worker): readonly number[] {
  return worker.facts.pids ?? [];
}

/** Why a group did not become ready. */
async function failure(group: WorkerGroup): Promise<string> {
  const thrown: unknown = await group.scale(1, 1).catch((error: unknown) => error);
  await group.stop(0);
  return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : 'it became ready';
}

async function reasonOf(job: Job): Promise<string> {
  return job.answer.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('the ranks that settings ask for', () => {
  it.each([
    [
      { parallelType: 'pp', parallelLevel: 2 },
      { count: 2, everyone: false },
    ],
    [
      { parallelType: 'tp', parallelLevel: 4 },
      { count: 4, everyone: true },
    ],
    [
      { parallelType: 'pptp', parallelLevel: 1 },
      { count: 1, everyone: true },
    ],
    [{ parallelType: 'custom', parallelLevel: 2 }, undefined],
    [{ parallelType: 'pp', parallelLevel: 0 }, undefined],
    [{ parallelLevel: 2 }, undefined],
  ] as const)('of %j are %j', (settings, expected) => {
    const ranks = ranksOf(fixtureRanks(), settings);
    expect(ranks && { count: ranks.count, everyone: ranks.everyone }).toEqual(expected);
  });

  it('are none for a runtime that cannot start several, of which the operator is told', () => {
    stage.group({ settings: { parallelType: 'tp', parallelLevel: 2 } });
    expect(stage.lines).toEqual([
      'parallelType tp of echo/1.0 is not obeyed: a worker of fixture is one process, not 2.',
    ]);
    expect(ranksOf(fixtureRuntime, { parallelType: 'tp', parallelLevel: 2 })).toBeUndefined();
  });
});

describe('a group of ranks', () => {
  it('is one worker, ready when all its ranks are, and gone without a trace', async () => {
    const group = twoRanks('tp');
    const worker = await readyWorker(group);
    const pids = pidsOf(worker);
    expect(pids).toHaveLength(2);
    expect(pids).toContain(worker.facts.pid);
    expect(group.credits).toBe(1);
    await group.stop(1000);
    expect(worker.state).toBe('stopped');
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('sends every batch and its cancelling to all ranks in tensor parallelism, and takes one answer', async () => {
    const worker = await readyWorker(twoRanks('tp'));
    const job = makeJob({}, 'once');
    worker.send([job]);
    expect(String((await job.answer).body)).toBe('once');
    await until(() => printed.filter((line) => line.endsWith(`has ${job.request.id}`)).length === 2);
    const left = makeJob({ delayMs: '50' });
    worker.send([left]);
    worker.abandon(left);
    await until(() => printed.filter((line) => line.endsWith('gives 2 up')).length === 2);
  });

  it('sends batches to rank 0 alone in pipeline parallelism, and descriptions always', async () => {
    const worker = await readyWorker(twoRanks('pp'));
    const spread = await readyWorker(twoRanks('tp'));
    const job = makeJob();
    worker.send([job]);
    await job.answer;
    const description = new Job({ ...makeRequest(), verb: 'describe' }, { admittedAt: performance.now() });
    spread.send([description]);
    await description.answer;
    const next = makeJob();
    spread.send([next]);
    await next.answer;
    await until(() => printed.length === 4);
    const [{ id }, other, last] = [job.request, description.request, next.request];
    expect(printed.filter((line) => !line.endsWith(last.id)).sort()).toEqual([
      `rank 0 has ${id}`,
      `rank 0 has ${other.id}`,
    ]);
  });

  it('gives each rank the GPU of its own number, of those its environment is narrowed to', async () => {
    const devices: Device[] = [0, 1, 2, 3].map((index) => ({ type: 'cuda', index }));
    const group = twoRanks('tp', { devices, behaviour: { printLoad: true }, settings: { parallelLevel: 2 } });
    await group.scale(2, 2);
    await until(() => printed.length === 4);
    const loads = printed
      .map((line) => JSON.parse(line))
      .map(({ rank, device, visible }) => [visible, rank, device.index]);
    expect(loads.sort()).toEqual([
      ['0,1', 0, 0],
      ['0,1', 1, 1],
      ['2,3', 0, 0],
      ['2,3', 1, 1],
    ]);
    await expect(group.scale(3, 3)).resolves.toBeUndefined();
    expect(group.workers).toHaveLength(2);
  });

  it('takes no work where only later ranks of it are', async () => {
    const group = twoRanks('pp', { settings: { torchrun: { nnodes: 2 } } }, 2);
    const worker = await readyWorker(group);
    expect(worker).toMatchObject({ state: 'ready', credits: 0 });
    expect(group.idle()).toBeUndefined();
    expect(group.hopeless).toBe(true);
  });
});

describe('the end of one rank', () => {
  it('ends the group, is told with its number, and a new group takes the place', async () => {
    const group = twoRanks('tp');
    const worker = await readyWorker(group);
    const pids = pidsOf(worker);
    const running = makeJob({ delayMs: '20000' });
    worker.send([running]);
    process.kill(pids[1] ?? 0, 'SIGKILL');
    expect(await reasonOf(running)).toMatch(/Worker/);
    await worker.ended;
    const number = worker.facts.pid === pids[0] ? 1 : 0;
    expect(worker.lastFailure).toContain(`Rank ${number} of 2 (pid ${pids[1]}) was the first to end.`);
    expect(pids.filter(isAlive)).toEqual([]);
    await until(() => group.credits > 0);
    const [next] = group.workers;
    expect(next).not.toBe(worker);
    const job = makeJob();
    next?.send([job]);
    await job.answer;
  });

  it('leaves no rank alive when its launcher ends without a word', async () => {
    const environment = { ...process.env, FIXTURE_LAUNCHER: 'leaves' };
    const worker = await readyWorker(twoRanks('tp', { options: { environment } }));
    const pids = pidsOf(worker);
    const job = makeJob({ act: 'exit', rank: '1' });
    worker.send([job]);
    await worker.ended;
    expect(worker.lastFailure).toContain('Rank 1 of 2');
    await until(() => pids.filter(isAlive).length === 0);
  });

  it('while it loads is told with its number and its reason', async () => {
    const fails = twoRanks('pp', { behaviour: { atLoad: 'fail', onRank: 1 } });
    expect(await failure(fails)).toMatch(/^Rank 1 of 2: no such weights/);
    const dies = twoRanks('pp', { behaviour: { atLoad: 'exit', onRank: 1 } });
    expect(await failure(dies)).toMatch(/^Rank 1 of 2 \(pid \d+\) was the first to end\. .*exit code 7/);
  });
});

describe('a rank that is late', () => {
  it('is named when it never dials in', async () => {
    const environment = { ...process.env, FIXTURE_ABSENT: '1' };
    const group = twoRanks('pp', {
      options: { environment },
      limits: { startMs: 2000 },
      settings: { startupTimeoutSec: 2 },
    });
    expect(await failure(group)).toMatch(/^Rank 1 of 2 did not dial in within 2000 ms\./);
  });

  it('is named when it never loads', async () => {
    const group = twoRanks('pp', {
      behaviour: { atLoad: 'hang', onRank: 1 },
      settings: { startupTimeoutSec: 0.5 },
    });
    expect(await failure(group)).toMatch(/^Rank 1 of 2 did not load the model within 500 ms\./);
  });

  it('is named when it hangs though rank 0 answers, and the group is ended', async () => {
    const group = twoRanks('tp', { settings: { responseTimeoutSec: 0.3 } });
    const worker = await readyWorker(group);
    const pids = pidsOf(worker);
    for (const act of ['', 'hang']) {
      const job = makeJob({ act, rank: '1' });
      worker.send([job]);
      await job.answer;
    }
    await worker.ended;
    expect(worker.lastFailure).toContain('Rank 1 of 2 fell behind rank 0 and finished nothing for 300 ms.');
    // On a busy machine a killed process takes a moment to go.
    await until(() => !pids.some(isAlive));
    expect(pids.filter(isAlive)).toEqual([]);
    await until(() => group.credits > 0);
  });

  it('may be a little behind, gets no descriptions to answer, and may hang in a pipeline that needs no answer', async () => {
    const settings = { responseTimeoutSec: 0.3 };
    const spread = await readyWorker(twoRanks('tp', { settings }));
    const pipe = await readyWorker(twoRanks('pp', { settings }));
    const slow = makeJob({ delayMs: '200', rank: '1' });
    const description = new Job({ ...makeRequest(), verb: 'describe' }, { admittedAt: performance.now() });
    for (const job of [slow, description]) {
      spread.send([job]);
      await job.answer;
    }
    const job = makeJob();
    pipe.send([job]);
    await job.answer;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([spread.state, pipe.state]).toEqual(['ready', 'ready']);
  });

  it('is named when somebody stopped it, and the group is ended', async () => {
    const group = twoRanks('tp', { settings: { responseTimeoutSec: 0.3 } });
    const worker = await readyWorker(group);
    const leader = worker.facts.pid ?? 0;
    const pids = pidsOf(worker);
    process.kill(leader, 'SIGSTOP');
    const job = makeJob();
    worker.send([job]);
    await reasonOf(job);
    await worker.ended;
    expect(worker.lastFailure).toContain(
      `The group gave no answer for 300 ms. Rank 0 of 2 (pid ${leader}) is stopped.`,
    );
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
