import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TorchrunConfig } from '../../../src/config/model-keys.js';
import type { Device } from '../../../src/devices/device.js';
import { findDevices } from '../../../src/devices/devices.js';
import { pythonRuntime } from '../../../src/runtimes/python/runtime.js';
import { torchrunArguments, torchrunEnvironment } from '../../../src/runtimes/python/torchrun.js';
import type { Runtime } from '../../../src/runtimes/runtime.js';
import type { WorkerGroup } from '../../../src/workers/group.js';
import type { Worker } from '../../../src/workers/worker.js';
import { makeTools, nvidiaSmi } from '../../devices/tools.js';
import {
  type GroupWishes,
  isAlive,
  makeJob,
  openStage,
  type Stage,
  until,
} from '../../workers/fixtures/stage.js';
import { freePort } from './free-port.js';
import { pythonWith } from './interpreters.js';

const PROBE = fileURLToPath(new URL('../../../fixtures/python/large-models/group_probe', import.meta.url));
const python = pythonWith('torch');
const skipped = 'reason' in python ? `: skipped, ${python.reason}` : '';

/** The options of a command line, as a record. */
function optionsOf(torchrun: TorchrunConfig, socket = '/nowhere/workers.sock'): Record<string, string> {
  const args = torchrunArguments({ socket }, { count: 2, everyone: false, torchrun, id: 'bloom_9000' });
  const flags = args.slice(1, -1);
  return Object.fromEntries(flags.flatMap((flag, at) => (at % 2 === 0 ? [[flag, flags[at + 1] ?? '']] : [])));
}

describe('the command line of torchrun', () => {
  it('starts the program of ranks through the launcher', () => {
    const args = torchrunArguments({ socket: 's' }, { count: 2, everyone: false, torchrun: {}, id: 'i' });
    expect(args[0]).toMatch(/worker\/group_launcher\.py$/);
    expect(args.at(-1)).toMatch(/worker\/group_rank\.py$/);
    expect([args[0], args.at(-1)].every((file) => existsSync(String(file)))).toBe(true);
  });

  it('has a rendezvous of its own and never restarts ranks by itself', () => {
    expect(optionsOf({})).toEqual({
      '--nnodes': '1',
      '--nproc-per-node': '2',
      '--max-restarts': '0',
      '--rdzv-backend': 'c10d',
      '--rdzv-endpoint': 'localhost:0',
      '--rdzv-id': 'bloom_9000',
    });
  });

  it('has what model-config.yaml says', () => {
    const given: TorchrunConfig = {
      nnodes: 2,
      'node-rank': 1,
      'rdzv-backend': 'static',
      'rdzv-endpoint': '10.0.0.1:29500',
      'rdzv-id': 'mine',
      'rdzv-conf': 'timeout=5',
      'monitor-interval': 3,
      'local-addr': '10.0.0.2',
    };
    const options = optionsOf({ ...given, 'nproc-per-node': 7 });
    for (const [name, value] of Object.entries(given)) expect(options[`--${name}`]).toBe(String(value));
    expect(options['--nproc-per-node']).toBe('2');
  });

  it('lets torchrun write its files into the folder of the socket, which goes with the server', () => {
    expect(optionsOf({}, join(PROBE, 'workers.sock'))['--log-dir']).toBe(join(PROBE, 'torchelastic'));
    expect(optionsOf({}, '127.0.0.1:7000')['--log-dir']).toBeUndefined();
  });

  it('gives each rank one thread unless OMP_NUMBER_THREADS says otherwise', () => {
    const ranks = { count: 2, everyone: false, id: 'i' };
    expect(torchrunEnvironment({ ...ranks, torchrun: {} }, {})).toEqual({
      LOGLEVEL: 'WARNING',
      OMP_NUM_THREADS: '1',
    });
    expect(
      torchrunEnvironment({ ...ranks, torchrun: { OMP_NUMBER_THREADS: 3 } }, { LOGLEVEL: 'INFO' }),
    ).toEqual({
      LOGLEVEL: 'INFO',
      OMP_NUM_THREADS: '3',
    });
    expect(torchrunEnvironment({ ...ranks, everyone: true, torchrun: {} }, {})).toMatchObject({
      TS_SERVE_EVERY_RANK: '1',
    });
  });
});

describe.skipIf('reason' in python)(`a group that torchrun starts${skipped}`, () => {
  let stage: Stage;
  let printed: string[];

  beforeEach(async () => {
    stage = await openStage();
    printed = [];
    stage.hub.on('worker.output', ({ line }) => printed.push(line));
  });

  afterEach(() => stage.close());

  function probes(parallelType: 'pp' | 'tp', wishes: GroupWishes = {}, handler: object = {}): WorkerGroup {
    const { settings, options, ...others } = wishes;
    const interpreter = 'path' in python ? python.path : '';
    const runtime: Runtime = {
      ...pythonRuntime,
      command: (demand) =>
        pythonRuntime.command({ ...demand, prepared: { interpreter, packages: undefined } }),
    };
    return stage.group({
      settings: { parallelType, parallelLevel: 2, ...settings },
      options: {
        runtime,
        load: {
          model: 'probe',
          version: '1.0',
          directory: PROBE,
          manifest: {},
          handler: 'handler.py',
          modelConfig: { handler },
          batchSize: 1,
          limitMaxImagePixels: true,
          decodeInput: true,
          maxResponseBytes: 1_000_000,
          continuousBatching: false,
          envelope: '',
          asyncCommunication: false,
          modelMetrics: [],
        },
        ...options,
      },
      ...others,
    });
  }

  async function readyWorker(group: WorkerGroup): Promise<Worker> {
    await group.scale(1, 1);
    const [worker] = group.workers;
    if (!worker) throw new Error('no worker');
    return worker;
  }

  async function ask(worker: Worker, body: object): Promise<Record<string, unknown>> {
    const job = makeJob({}, JSON.stringify(body));
    worker.send([job]);
    return JSON.parse(String((await job.answer).body));
  }

  it('tells each rank who it is, and ends without a trace', async () => {
    const group = probes('tp', { settings: { torchrun: { OMP_NUMBER_THREADS: 2 } } });
    const worker = await readyWorker(group);
    const seen = await ask(worker, {});
    expect(seen).toMatchObject({ RANK: '0', LOCAL_RANK: '0', WORLD_SIZE: '2', LOCAL_WORLD_SIZE: '2' });
    expect(seen).toMatchObject({
      OMP_NUM_THREADS: '2',
      MASTER_ADDR: expect.any(String),
      pid: worker.facts.pid,
    });
    const pids = [...(worker.facts.pids ?? []), Number(seen.launcher)];
    expect(pids.filter(isAlive)).toHaveLength(3);
    await group.stop(2000);
    expect(worker.state).toBe('stopped');
    await until(() => pids.filter(isAlive).length === 0);
    expect(printed.filter((line) => line.includes('Traceback'))).toEqual([]);
  });

  it('ends as a whole when a rank is killed, says which and how, and starts anew', async () => {
    const group = probes('tp');
    const worker = await readyWorker(group);
    const { launcher } = await ask(worker, {});
    const [leader = 0, other = 0] = [...(worker.facts.pids ?? [])].sort((one) =>
      one === worker.facts.pid ? -1 : 1,
    );
    const running = makeJob({}, JSON.stringify({ rank: 0, act: 'hang' }));
    worker.send([running]);
    process.kill(other, 'SIGKILL');
    await expect(running.answer).rejects.toThrow(/Worker/);
    await worker.ended;
    expect(worker.lastFailure).toContain(
      `Rank 1 of 2 (pid ${other}) was the first to end. The worker was killed`,
    );
    await until(() => [leader, other, Number(launcher)].filter(isAlive).length === 0);
    await until(() => group.credits > 0, 20_000);
  });

  it('is not ended by a rank that fails while it loads, but never ready, with the rank and the line', async () => {
    const group = probes('pp', {}, { at_load_rank: 1, at_load: 'raise' });
    const thrown: unknown = await group.scale(1, 1).catch((error: unknown) => error);
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : '';
    expect(cause).toContain('Rank 1 of 2: ');
    expect(cause).toMatch(/this rank has no luck/);
    expect(cause).toMatch(/handler\.py/);
  });

  it('outlives neither its launcher nor, however stuck, the server', async () => {
    const worker = await readyWorker(probes('tp'));
    const { launcher } = await ask(worker, {});
    const pids = [...(worker.facts.pids ?? []), Number(launcher)];
    worker.send([makeJob({}, JSON.stringify({ rank: 1, act: 'stop' }))]);
    await until(() => pids.some((pid) => /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))));
    process.kill(Number(launcher), 'SIGKILL');
    await until(() => pids.filter(isAlive).length === 0);
  });

  /** What each of several workers sees: GPU numbers of its group, and of which rank the first says it is. */
  async function seenBy(group: WorkerGroup): Promise<readonly unknown[]> {
    const answers = await Promise.all(group.workers.map((worker) => ask(worker, {})));
    return answers.map((answer) => answer.CUDA_VISIBLE_DEVICES).sort();
  }

  async function gpus(count: number): Promise<readonly Device[]> {
    const tools = makeTools({ 'nvidia-smi': nvidiaSmi(count) });
    return findDevices({ env: { PATH: `${tools}:/bin:/usr/bin` } });
  }

  it('has GPUs of its own, group after group', async () => {
    const group = probes('tp', { devices: await gpus(4) });
    await group.scale(2, 2);
    expect(await seenBy(group)).toEqual(['0,1', '2,3']);
    const other = probes('pp', {
      devices: await gpus(8),
      settings: { deviceIds: [7, 5, 3, 1], parallelLevel: 4 },
    });
    // Eight GPUs and four of them allowed carry one group of four.
    await other.scale(2, 2);
    expect(await seenBy(other)).toEqual(['7,5,3,1']);
  });

  it('is not started where there are not GPUs enough, unless it is to compute on the CPU', async () => {
    const devices = await gpus(1);
    await expect(probes('pp', { devices }).scale(1, 1)).rejects.toMatchObject({
      code: 'NOT_ENOUGH_GPUS',
      message: 'No enough gpu devices for model:echo parallelLevel:2',
    });
    const onCpu = probes('pp', { devices, settings: { deviceType: 'cpu' } });
    await onCpu.scale(1, 1);
    expect(await seenBy(onCpu)).toEqual([null]);
  });

  it('spans machines that meet at one address; the first has rank 0 and takes the requests', async () => {
    const port = await freePort('127.0.0.2');
    const onNode = (rank: number, address: string): WorkerGroup =>
      probes('pp', {
        settings: {
          parallelLevel: 1,
          torchrun: {
            nnodes: 2,
            'node-rank': rank,
            'rdzv-backend': 'static',
            'rdzv-endpoint': `127.0.0.2:${port}`,
            'rdzv-id': 'both',
            'local-addr': address,
          },
        },
      });
    const [first, second] = [onNode(0, '127.0.0.2'), onNode(1, '127.0.0.3')];
    await Promise.all([first.scale(1, 1), second.scale(1, 1)]);
    const [leader, follower] = [first.workers[0], second.workers[0]];
    if (!leader || !follower) throw new Error('no worker');
    expect([leader.credits, follower.credits]).toEqual([1, 0]);
    expect(second.hopeless).toBe(true);
    expect(await ask(leader, {})).toMatchObject({ RANK: '0', WORLD_SIZE: '2', MASTER_ADDR: '127.0.0.2' });
  });

  it('leaves no file behind', async () => {
    const before = new Set(readdirSync(tmpdir()));
    const own = mkdtempSync(join(tmpdir(), 'probe-'));
    const group = probes('tp', { options: { environment: { ...process.env, TMPDIR: own } } });
    await readyWorker(group);
    await group.stop(1000);
    expect(readdirSync(own)).toEqual([]);
    rmSync(own, { recursive: true });
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith('torchelastic') && !before.has(name));
    expect(left).toEqual([]);
  });
});
