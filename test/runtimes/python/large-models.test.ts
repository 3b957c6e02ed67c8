import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants } from '../../../src/workers/process-tree.js';
import { type StartedServer, startServer } from '../../started-server.js';
import { isAlive, until } from '../../workers/fixtures/stage.js';
import { freePort } from './free-port.js';
import { pythonWith } from './interpreters.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/python/large-models/', import.meta.url));
const TEXTS = ['The for statement', 'a', 'try except'];
const LIMIT_MS = 120_000;

const python = pythonWith('torch', 'transformers');
const plain = pythonWith('torch');
const skipped = 'reason' in python ? ` (${python.reason})` : '';

let store: string;
let server: StartedServer;

/** A model folder of the store, from one of the fixtures. */
function addModel(name: string, fixture: string): string {
  const folder = join(store, name);
  cpSync(join(FIXTURES, fixture), folder, { recursive: true });
  mkdirSync(join(folder, 'MAR-INF'));
  const model = {
    modelName: name,
    handler: 'handler.py',
    modelVersion: '1.0',
    configFile: 'model-config.yaml',
  };
  const manifest = { createdOn: '', runtime: 'python', model, archiverVersion: '0.12.0' };
  writeFileSync(join(folder, 'MAR-INF', 'MANIFEST.json'), JSON.stringify(manifest));
  return folder;
}

/** Makes a snapshot; gives what the whole model says to TEXTS. */
function makeSnapshot(folder: string, ...options: readonly string[]): readonly (readonly number[])[] {
  const path = 'path' in python ? python.path : '';
  const args = [join(FIXTURES, 'snapshot.py'), folder, ...options, '--ask', ...TEXTS];
  const { stdout, stderr } = spawnSync(path, args, {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('[')) throw new Error(stderr);
  return JSON.parse(last);
}

async function serve(...args: readonly string[]): Promise<StartedServer> {
  const path = 'path' in plain ? plain.path : '';
  const options = ['--model-store', store, '--python-executable', path, '--number-of-gpu', '0'];
  return startServer([...options, '--enable-model-api', ...args]);
}

async function register(name: string, at = server): Promise<void> {
  const url = `${at.management}/models?url=${name}&initial_workers=1&synchronous=true`;
  const response = await fetch(url, { method: 'POST' });
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
}

async function remove(name: string, at = server): Promise<void> {
  await fetch(`${at.management}/models/${name}`, { method: 'DELETE' });
}

async function ask(name: string, body: string, at = server): Promise<{ status: number; text: string }> {
  const response = await fetch(`${at.inference}/predictions/${name}`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

describe.skipIf('reason' in python)(`a model split over two ranks${skipped}`, () => {
  beforeAll(async () => {
    store = mkdtempSync(join(tmpdir(), 'ts-large-'));
    server = await serve();
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(store, { recursive: true, force: true });
  });

  it(
    'answers as the whole model does, by an unmodified PiPPy-style handler, in batches',
    async () => {
      const folder = addModel('bloom', 'bloom_pippy');
      const expected = makeSnapshot(join(folder, 'model'));
      await register('bloom');
      const answers = await Promise.all(TEXTS.map((text) => ask('bloom', text)));
      expect(answers).toEqual(expected.map((tokens) => ({ status: 200, text: tokens.join(' ') })));
      const [described] = (await (await fetch(`${server.management}/models/bloom`)).json()) as [
        { workers: { memoryUsage: number; pid: number }[]; parallelType: string; parallelLevel: number },
      ];
      expect(described).toMatchObject({ parallelType: 'pp', parallelLevel: 2 });
      expect(described.workers).toHaveLength(1);
      // Two interpreters with torch, not one.
      expect(described.workers[0]?.memoryUsage).toBeGreaterThan(250e6);
      await remove('bloom');
    },
    LIMIT_MS,
  );

  it(
    'reads a zipped snapshot of .bin files as setup_config.json says, each rank its own part',
    async () => {
      const folder = addModel('setup', 'bloom_setup');
      const expected = makeSnapshot(join(folder, 'model'), '--format', 'bin', '--zip');
      await register('setup');
      for (const [index, text] of TEXTS.entries()) {
        const answer = JSON.parse((await ask('setup', text)).text);
        expect(answer).toMatchObject({ tokens: expected[index], rank: 0 });
        expect(answer.bytes).toBeLessThan(160_000);
      }
      await remove('setup');
    },
    LIMIT_MS,
  );

  it(
    'answers as the whole model does with every layer spread over the ranks',
    async () => {
      const folder = addModel('spread', 'bloom_tp');
      const expected = makeSnapshot(join(folder, 'model'));
      await register('spread');
      for (const [index, text] of TEXTS.entries()) {
        expect(JSON.parse((await ask('spread', text)).text)).toEqual({ tokens: expected[index], rank: 0 });
      }
      await remove('spread');
    },
    LIMIT_MS,
  );
});

describe.skipIf('reason' in python)(`a model split over two machines, here two addresses${skipped}`, () => {
  let other: StartedServer;

  beforeAll(async () => {
    store = mkdtempSync(join(tmpdir(), 'ts-large-'));
    [server, other] = await Promise.all([serve(), serve()]);
  });

  afterAll(async () => {
    await Promise.all([server?.stop(), other?.stop()]);
    rmSync(store, { recursive: true, force: true });
  });

  /** The model folder of one machine. */
  function addNode(rank: number, port: number, fixture = 'bloom_pippy'): string {
    const folder = addModel(`${fixture}${rank}`, fixture);
    const path = join(folder, 'model-config.yaml');
    const torchrun = [
      'nproc-per-node: 1',
      'nnodes: 2',
      `node-rank: ${rank}`,
      'rdzv-backend: static',
      `rdzv-endpoint: 127.0.0.2:${port}`,
      'rdzv-id: bloom',
      `local-addr: 127.0.0.${rank + 2}`,
    ].join('\n  ');
    const text = readFileSync(path, 'utf8').replace('nproc-per-node: 2', torchrun);
    writeFileSync(path, text.replace('maxBatchDelay: 50', 'maxBatchDelay: 1'));
    return folder;
  }

  it(
    'answers as the whole model does where rank 0 is, and finds together again when a rank was killed',
    async () => {
      const port = await freePort('127.0.0.2');
      const folder = addNode(0, port);
      const expected = makeSnapshot(join(folder, 'model'));
      cpSync(join(folder, 'model'), join(addNode(1, port), 'model'), { recursive: true });
      await Promise.all([register('bloom_pippy0'), register('bloom_pippy1', other)]);
      const right = { status: 200, text: expected[0]?.join(' ') };
      const first = TEXTS[0] ?? '';
      expect(await ask('bloom_pippy0', first)).toEqual(right);
      expect(await ask('bloom_pippy1', first, other)).toMatchObject({ status: 503 });
      const victim = descendants(other.pid).find((pid) => /group_rank/.test(commandOf(pid))) ?? 0;
      process.kill(victim, 'SIGKILL');
      // Until the first machine has noticed, its answers are errors.
      await expect.poll(() => ask('bloom_pippy0', first), { timeout: 60_000, interval: 500 }).toEqual(right);
      expect(isAlive(victim)).toBe(false);
      await Promise.all([remove('bloom_pippy0'), remove('bloom_pippy1', other)]);
    },
    LIMIT_MS,
  );

  it(
    'hands every request on to the other machine in tensor parallelism',
    async () => {
      const port = await freePort('127.0.0.2');
      const folder = addNode(0, port, 'bloom_tp');
      const expected = makeSnapshot(join(folder, 'model'));
      cpSync(join(folder, 'model'), join(addNode(1, port, 'bloom_tp'), 'model'), { recursive: true });
      await Promise.all([register('bloom_tp0'), register('bloom_tp1', other)]);
      for (const [index, text] of TEXTS.entries()) {
        const { text: answer } = await ask('bloom_tp0', text);
        expect(JSON.parse(answer)).toEqual({ tokens: expected[index], rank: 0 });
      }
      expect(await ask('bloom_tp1', 'a', other)).toMatchObject({ status: 503 });
    },
    LIMIT_MS,
  );
});

describe.skipIf('reason' in plain)('groups of ranks behind a server', () => {
  beforeAll(async () => {
    store = mkdtempSync(join(tmpdir(), 'ts-large-'));
    addModel('probe', 'group_probe');
    server = await serve('--models', 'probe=probe');
  }, LIMIT_MS);

  afterAll(async () => {
    await server?.stop();
    rmSync(store, { recursive: true, force: true });
  });

  /** Every process of the group: torchrun and its ranks; the launcher first. */
  async function groupPids(): Promise<readonly number[]> {
    const { launcher } = JSON.parse((await ask('probe', '{}')).text);
    return [launcher, ...descendants(launcher)];
  }

  it(
    'answer what runs with the reason when one rank ends, keep what waits, and tell the log which rank',
    async () => {
      const first = JSON.parse((await ask('probe', '{}')).text);
      const pids = await groupPids();
      expect(pids).toHaveLength(3);
      const running = ask('probe', '{"rank": 0, "act": "hang"}');
      await until(() => outputOf('model_log.log').includes('rank 0: hang'));
      const waiting = ask('probe', '{}');
      const victim = pids.find((pid) => pid !== first.pid && pid !== first.launcher) ?? 0;
      process.kill(victim, 'SIGKILL');
      const failed = await running;
      expect(failed.status).toBeGreaterThanOrEqual(500);
      expect(failed.text).toContain('Rank 1 of 2');
      expect(await waiting).toMatchObject({ status: 200 });
      expect(pids.filter(isAlive)).toEqual([]);
      expect(outputOf('ts_log.log')).toContain(`Rank 1 of 2 (pid ${victim}) was the first to end.`);
    },
    LIMIT_MS,
  );

  it(
    'are gone a moment after the server was killed, also a rank that hangs and one that is stopped',
    async () => {
      const pids = await groupPids();
      expect(pids).toHaveLength(3);
      void ask('probe', '{"rank": 0, "act": "hang"}').catch(() => {});
      await until(() => outputOf('model_log.log').split('rank 0: hang').length > 2);
      process.kill(pids[2] ?? 0, 'SIGSTOP');
      server.process.kill('SIGKILL');
      await until(() => pids.filter(isAlive).length === 0);
    },
    LIMIT_MS,
  );
});

function outputOf(file: string): string {
  const path = join(server.folder, 'logs', file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
