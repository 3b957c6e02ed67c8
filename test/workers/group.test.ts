import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../../src/devices/device.js';
import type { WorkerGroup } from '../../src/workers/group.js';
import { isAlive, makeJob, openStage, type Stage, until } from './fixtures/stage.js';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

function ids({ workers }: WorkerGroup): string[] {
  return workers.map(({ id }) => id);
}

function pids({ workers }: WorkerGroup): number[] {
  return workers.map(({ facts }) => facts.pid ?? 0);
}

describe('a group of workers', () => {
  it('has none before it is scaled, and is hopeless', () => {
    const group = stage.group();
    expect(group).toMatchObject({ workers: [], minWorkers: 0, maxWorkers: 0, credits: 0, hopeless: true });
    expect(group.idle()).toBeUndefined();
  });

  it('is ready when scaling up resolves, with ids counted up', async () => {
    const group = stage.group();
    await group.scale(2, 3);
    expect(group.workers.map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(ids(group)).toEqual(['9000', '9001']);
    expect(group).toMatchObject({ minWorkers: 2, maxWorkers: 3, credits: 2, hopeless: false });
  });

  it('does nothing while the number lies between least and most', async () => {
    const group = stage.group();
    await group.scale(2, 2);
    const before = pids(group);
    await group.scale(1, 4);
    expect(pids(group)).toEqual(before);
    expect([group.minWorkers, group.maxWorkers]).toEqual([1, 4]);
  });

  it('drains the newest first when it is scaled down, and they finish what they have', async () => {
    const group = stage.group();
    await group.scale(3, 3);
    const [, second, third] = group.workers;
    const gone = [second, third].map((worker) => worker?.facts.pid ?? 0);
    const job = makeJob({ delayMs: '100' }, 'kept');
    third?.send([job]);
    const scaled = group.scale(1, 1);
    expect(ids(group)).toEqual(['9000']);
    expect(third?.state).toBe('draining');
    expect(String((await job.answer).body)).toBe('kept');
    await scaled;
    expect(gone.map(isAlive)).toEqual([false, false]);
    expect(stage.givenUp).toEqual([]);
  });

  it('does not use a number twice', async () => {
    const group = stage.group();
    await group.scale(2, 2);
    await group.scale(1, 1);
    await group.scale(2, 2);
    expect(ids(group)).toEqual(['9000', '9002']);
  });

  it('may be scaled again while it still scales', async () => {
    const group = stage.group();
    await Promise.all([group.scale(1, 1), group.scale(3, 3), group.scale(1, 2)]);
    expect(group.workers.map(({ state }) => state)).toEqual(['ready', 'ready']);
  });

  it('tells that nobody is left when it is scaled to nothing', async () => {
    const group = stage.group();
    await group.scale(1, 1);
    await group.scale(0, 0);
    expect(group.workers).toEqual([]);
    expect(stage.givenUp).toMatchObject([{ code: 'NO_WORKER' }]);
  });

  it('chooses the worker with least to do that may be sent a batch', async () => {
    const group = stage.group({ behaviour: { credits: 2 } });
    await group.scale(2, 2);
    const [first, second] = group.workers;
    expect(group.idle()).toBe(first);
    first?.send([makeJob({ delayMs: '200' }), makeJob()]);
    expect(group.idle()).toBe(second);
    second?.send([makeJob({ delayMs: '200' })]);
    expect(group.idle()).toBe(second);
    second?.send([makeJob({ delayMs: '200' })]);
    expect(group.idle()).toBe(first);
    first?.send([makeJob()]);
    expect(group.idle()).toBeUndefined();
  });

  it('tells when a worker can take a batch', async () => {
    let credits = 0;
    stage.onCredit = () => {
      credits += 1;
    };
    const group = stage.group();
    await group.scale(1, 1);
    expect(credits).toBe(1);
    const job = makeJob();
    group.idle()?.send([job]);
    await job.answer;
    await until(() => credits === 2);
  });
});

describe('a worker of a group that dies', () => {
  it('comes back by itself under its id, on its device', async () => {
    const devices: Device[] = [0, 1].map((index) => ({ type: 'cuda', index }));
    const group = stage.group({ devices });
    await group.scale(1, 1);
    const [first] = group.workers;
    const job = makeJob();
    first?.send([job]);
    await job.answer;
    process.kill(first?.facts.pid ?? 0, 'SIGKILL');
    await until(() => group.workers[0] !== first && group.credits === 1);
    expect(ids(group)).toEqual(['9000']);
    expect(group.workers[0]?.device).toBe(devices[1]);
    expect(group.workers[0]?.facts.pid).not.toBe(first?.facts.pid);
  });

  it('stays as an entry while the next one is waited for', async () => {
    const group = stage.group({ behaviour: { atReady: 'exit' } });
    await group.scale(1, 1);
    const seen = new Set(group.workers);
    await until(() => {
      for (const worker of group.workers) seen.add(worker);
      return stage.lines.includes('Retry worker: 9000 in 1 seconds.');
    });
    // Three were replaced at once; the fourth to end without any work is waited for.
    expect(seen.size).toBe(4);
    expect(group).toMatchObject({ hopeless: false, credits: 0 });
    expect(group.workers.map(({ id, state }) => [id, state])).toEqual([['9000', 'failed']]);
  });

  it('is given up after its time, and then nobody can serve', async () => {
    const group = stage.group({ behaviour: { atLoad: 'exit' }, settings: { maxRetryTimeoutSec: 1 } });
    await expect(group.scale(1, 1)).rejects.toThrow();
    await until(() => group.hopeless);
    expect(stage.givenUp).toMatchObject([{ code: 'WORKER_DIED', status: 500, failure: { exitCode: 7 } }]);
    expect(group.workers[0]).toMatchObject({ healthy: false, state: 'failed' });
  });
});

describe('scaling that fails', () => {
  it('tells the reason, and the worker goes on being tried', async () => {
    const group = stage.group({ behaviour: { atLoad: 'fail' } });
    await expect(group.scale(1, 1)).rejects.toMatchObject({
      code: 'WORKERS_FAILED',
      status: 500,
      message: 'Failed to start workers for model echo version: 1.0',
      cause: { message: 'no such weights' },
    });
    expect(group.workers[0]).toMatchObject({ state: 'failed', lastFailure: 'no such weights' });
    expect(stage.lines).toContain('Retry worker: 9000 in 1 seconds.');
  });

  it('is 507 when there was not enough memory', async () => {
    const group = stage.group({ behaviour: { atLoad: 'kill' } });
    await expect(group.scale(1, 1)).rejects.toMatchObject({ code: 'WORKERS_FAILED', status: 507 });
  });

  it('tells the last words of a worker that ended', async () => {
    const group = stage.group({ birth: 'exit' });
    await expect(group.scale(1, 1)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('ImportError: no such thing') },
    });
  });

  it('tells the log of its model how it ended, below what it printed, and nothing when it was told to end', async () => {
    const printed: string[] = [];
    stage.hub.on('worker.output', ({ stream, line }) => printed.push(`${stream} ${line}`));
    const complaining = stage.group({ behaviour: { atLoad: 'exit', complain: 'no weights' } });
    await expect(complaining.scale(1, 1)).rejects.toMatchObject({ code: 'WORKERS_FAILED' });
    const told = ['stderr no weights', 'stderr The worker ended with exit code 7.'];
    expect(printed.slice(0, 2)).toEqual(told);
    await complaining.stop(0);
    printed.length = 0;
    const sound = stage.group();
    await sound.scale(1, 1);
    await sound.stop(0);
    expect(printed).toEqual([]);
  });

  it('is tried at once when it is asked for again', async () => {
    const group = stage.group({ behaviour: { atLoad: 'fail' } });
    await expect(group.scale(1, 1)).rejects.toThrow();
    const [first] = group.workers;
    await expect(group.scale(1, 1)).rejects.toMatchObject({ code: 'WORKERS_FAILED' });
    expect(group.workers[0]).not.toBe(first);
  });

  it('refuses rank groups that the GPUs cannot carry', async () => {
    const devices: Device[] = [{ type: 'cuda', index: 0 }];
    const group = stage.group({ devices, settings: { parallelLevel: 2 } });
    await expect(group.scale(1, 1)).rejects.toMatchObject({
      code: 'NOT_ENOUGH_GPUS',
      message: 'No enough gpu devices for model:echo parallelLevel:2',
    });
    expect(group.workers).toEqual([]);
  });

  it('caps rank groups to what the GPUs carry', async () => {
    const devices: Device[] = [0, 1].map((index) => ({ type: 'cuda', index }));
    const group = stage.group({ devices, settings: { parallelLevel: 2 } });
    await group.scale(4, 4);
    expect(group).toMatchObject({ minWorkers: 1, maxWorkers: 1 });
    expect(group.workers).toHaveLength(1);
  });
});

describe('a group that is stopped', () => {
  it('drains its workers and leaves no process, also of workers that were leaving', async () => {
    const group = stage.group();
    await group.scale(3, 3);
    const all = pids(group);
    const jobs = group.workers.map(() => makeJob({ delayMs: '100' }));
    for (const [index, worker] of group.workers.entries()) worker.send(jobs.slice(index, index + 1));
    const scaled = group.scale(1, 1);
    await group.stop(5000);
    await scaled;
    expect((await Promise.all(jobs.map(({ answer }) => answer))).map(({ status }) => status)).toEqual([
      200, 200, 200,
    ]);
    expect(all.some(isAlive)).toBe(false);
  });

  it('settles what is not done in time', async () => {
    const group = stage.group();
    await group.scale(1, 1);
    const job = makeJob({ act: 'hang' });
    group.idle()?.send([job]);
    await group.stop(50);
    await expect(job.answer).rejects.toMatchObject({ code: 'WORKER_DIED' });
  });

  it('lets a scaling that is under way end', async () => {
    const group = stage.group();
    const scaled = group.scale(2, 2);
    await group.stop(0);
    await scaled;
    expect(group.workers).toEqual([]);
  });

  it('is not scaled any more', async () => {
    const group = stage.group();
    await group.stop(0);
    await expect(group.scale(1, 1)).rejects.toMatchObject({ code: 'SERVER_STOPPING' });
  });
});

describe('the settings of a group', () => {
  it('are warned about when they cannot be met', () => {
    stage.group({ settings: { deviceIds: [4] } });
    expect(stage.lines[0]).toContain('deviceIds 4 of echo/1.0 are ignored');
  });

  it('say how long a worker may take', async () => {
    const group = stage.group({ behaviour: { atLoad: 'hang' }, settings: { startupTimeoutSec: 0.1 } });
    await expect(group.scale(1, 1)).rejects.toMatchObject({
      cause: { message: 'The worker did not load the model within 100 ms.' },
    });
  });
});
