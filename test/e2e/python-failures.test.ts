import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunning, thisPython } from '../runtimes/python/environments/python.js';
import { type StartedServer, startServer } from '../started-server.js';
import { STARVED, UNLOADABLE, writePythonModel } from './failing-models.js';

const ACT = readFileSync(fileURLToPath(new URL('failing/act.py', import.meta.url)), 'utf8');
const python = await thisPython();

let folder: string;
let server: StartedServer;

interface Told {
  readonly code: number;
  readonly type: string;
  readonly message: string;
  readonly details?: Failure;
}

interface Failure {
  readonly reason: string;
  readonly place?: string;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly lastLines: readonly string[];
}

beforeAll(async () => {
  if (!python) return;
  folder = mkdtempSync(join(tmpdir(), 'ts-failing-'));
  const store = join(folder, 'store');
  mkdirSync(store);
  writePythonModel(store, 'act', {
    handler: ACT,
    config: 'minWorkers: 1\nmaxWorkers: 1\nresponseTimeout: 1\n',
  });
  writePythonModel(store, 'calm', { handler: ACT });
  for (const [name, { handler }] of Object.entries({ ...UNLOADABLE, ...STARVED }))
    writePythonModel(store, name, { handler });
  writePythonModel(store, 'unresolved', {
    handler: ACT,
    requirements: '--no-index\nno-such-package-anywhere==1\n',
  });
  writePythonModel(store, 'looping', {
    handler: UNLOADABLE.raising?.handler ?? '',
    config: 'minWorkers: 1\nmaxWorkers: 1\nmaxRetryTimeoutInSec: 3\n',
  });
  server = await startServer([
    ...['--model-store', store, '--models', 'act=act', '--models', 'calm=calm'],
    ...['--default-workers-per-model', '1', '--enable-model-api', '--disable-token-auth'],
    ...[
      '--worker-output-rate',
      '100000',
      '--max-response-size',
      '100000',
      '--install-py-dep-per-model',
      '--number-of-gpu',
      '0',
    ],
    ...['--python-environments', join(folder, 'environments'), '--python-executable', python],
  ]);
});

afterAll(async () => {
  if (!python) return;
  expect(await server.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

async function ask(body: string, model = 'act'): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.inference}/predictions/${model}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body,
  });
  return { status: response.status, text: await response.text() };
}

async function fails(body: string): Promise<Told> {
  const { status, text } = await ask(body);
  const told = JSON.parse(text) as Told;
  expect(told.code).toBe(status);
  expect(told.type).toBe('InternalServerException');
  return told;
}

/** Its worker is there again, and the other model never noticed. */
async function bothServe(): Promise<void> {
  expect(await ask('ok', 'calm')).toEqual({ status: 200, text: 'fine' });
  await expect.poll(() => ask('ok'), { timeout: 15_000 }).toEqual({ status: 200, text: 'fine' });
}

async function register(name: string): Promise<{ status: number; told: Told; header: string | null }> {
  const query = `url=${name}&initial_workers=1&startup_timeout=1`;
  const response = await fetch(`${server.management}/models?${query}`, { method: 'POST' });
  const told = (await response.json()) as Told;
  return { status: response.status, told, header: response.headers.get('x-worker-failure') };
}

interface Failures {
  readonly last?: Failure;
}

async function failuresOf(model: string): Promise<Failures | undefined> {
  const described = await fetch(`${server.management}/models/${model}`);
  const [version] = (await described.json()) as { workers: { failures?: Failures }[] }[];
  return version?.workers[0]?.failures;
}

const PATIENCE = { timeout: 5000, interval: 50 };

/** Lines are written to the logs a moment after they are said. */
async function logged(file: 'model_log' | 'ts_log', line: RegExp): Promise<void> {
  const path = join(server.folder, 'logs', `${file}.log`);
  await expect.poll(() => line.test(readFileSync(path, 'utf8')), PATIENCE).toBe(true);
}

describe.skipIf(!python)('a Python handler that does not load', () => {
  it.each([
    ...Object.entries(UNLOADABLE).map(([name, model]) => [name, 500, model] as const),
    ...Object.entries(STARVED).map(([name, model]) => [name, 507, model] as const),
  ])('(%s) is refused with the reason, and nothing of it is left', async (name, status, model) => {
    const { told, header, ...answer } = await register(name);
    expect(answer.status).toBe(status);
    expect(told).toMatchObject({
      code: status,
      type: 'InternalServerException',
      message: `Failed to start workers for model ${name} version: 1.0`,
    });
    expect(told.details?.reason).toContain(model.reason);
    expect(told.details?.place).toBe(model.place);
    expect(header).toContain(model.reason);
    expect((await fetch(`${server.management}/models/${name}`)).status).toBe(404);
    await logged('ts_log', new RegExp(`Worker \\d+ failed: .*${model.reason}`));
    expect(await ask('ok', 'calm')).toEqual({ status: 200, text: 'fine' });
  });

  it('has its traceback in the model log', async () => {
    await logged('model_log', /W-\d+-raising_1\.0-stderr MODEL_LOG - FileNotFoundError: no weights here/);
    await logged(
      'model_log',
      /W-\d+-crashing_1\.0-stderr MODEL_LOG - Fatal Python error: Segmentation fault/,
    );
  });

  it('may lack a requirement', async () => {
    const { status, told } = await register('unresolved');
    expect(status).toBe(400);
    expect(told).toEqual({
      code: 400,
      type: 'ModelException',
      message: expect.stringMatching(
        /^Custom pip package installation failed for model unresolved: ERROR: .*no-such-package-anywhere==1/,
      ),
    });
    expect((await fetch(`${server.management}/models/unresolved`)).status).toBe(404);
    await logged('model_log', /install-unresolved_1\.0-stderr MODEL_LOG - ERROR: No matching distribution/);
    expect(readdirSync(join(folder, 'environments'))).toEqual([]);
  });
});

describe.skipIf(!python)('a Python handler that answers wrongly', () => {
  it.each([
    ['raise', 503, 'Prediction failed'],
    ['few', 503, 'number of batch response mismatched'],
    ['many', 503, 'number of batch response mismatched'],
    ['text', 503, 'Invalid model predict output'],
    ['nothing', 503, 'Invalid model predict output'],
    ['generator', 503, 'Invalid model predict output'],
    ['object', 503, 'Unsupported model output data type.'],
    ['large 100001', 500, 'Worker died.'],
  ])('(%s) costs that request, not the worker', async (body, code, message) => {
    const { text: before } = await ask('pid');
    expect(await fails(body)).toEqual({ code, type: 'InternalServerException', message });
    expect((await ask('pid')).text).toBe(before);
  });

  it('has its size in the model log when it was too large', async () => {
    await logged('model_log', /stderr MODEL_LOG - The answer of 100001 bytes is above max_response_size/);
  });

  it('has its exception in the model log, with its place', async () => {
    await logged('model_log', /stderr MODEL_LOG - +File ".*handler\.py", line \d+, in <lambda>/);
    await logged('model_log', /stderr MODEL_LOG - KeyError: 'no such key'/);
  });
});

describe.skipIf(!python)('a Python worker that dies at a request', () => {
  const line = (text: string) => ACT.split('\n').findIndex((one) => one.includes(text)) + 1;

  it.each([
    ['_exit 9', 500, { exitCode: 9, reason: 'The worker ended with exit code 9.' }],
    ['exit 3', 500, { exitCode: 3, place: `handler.py:${line('sys.exit(int')}` }],
    ['crash', 500, { signal: 'SIGSEGV', place: `handler.py:${line('string_at(0)')}` }],
    ['kill', 507, { signal: 'SIGKILL', outOfMemory: true }],
    [
      'hang',
      500,
      { reason: 'The worker gave no answer for 1000 ms.', place: `handler.py:${line('"hang"')}` },
    ],
  ])('(%s) tells why, and another takes its place', async (body, code, details) => {
    await bothServe();
    const told = await fails(body);
    expect(told).toMatchObject({ code, message: 'Worker died.', details });
    await expect.poll(async () => (await failuresOf('act'))?.last, PATIENCE).toEqual(told.details);
    await bothServe();
  });

  it('has its last words in the answer and in the log', async () => {
    await bothServe();
    const { details } = await fails('crash');
    expect(details?.lastLines.join('\n')).toMatch(/Fatal Python error: Segmentation fault/);
    await logged('ts_log', /The worker was ended by SIGSEGV\. It was at handler\.py:\d+\. Its last words:/);
  });
});

describe.skipIf(!python)('a Python handler', () => {
  it('may fork: the child keeps nothing alive and ends with the worker', async () => {
    await bothServe();
    const child = Number((await ask('fork')).text);
    expect(isRunning(child)).toBe(true);
    expect((await ask('ok')).text).toBe('fine');
    const began = Date.now();
    expect(await fails('_exit 4')).toMatchObject({ details: { exitCode: 4 } });
    expect(Date.now() - began).toBeLessThan(5000);
    await expect.poll(() => isRunning(child), { timeout: 5000 }).toBe(false);
    await bothServe();
  });

  it('may fork and forget to tell the child: one of them answers', async () => {
    await bothServe();
    const { text: before } = await ask('pid');
    expect(await ask('twice')).toEqual({ status: 200, text: 'True' });
    expect((await ask('pid')).text).toBe(before);
  });

  it('may print megabytes of junk, which need no memory', async () => {
    const before = memoryBytes();
    expect(await ask('junk 30000000', 'calm')).toEqual({ status: 200, text: 'printed' });
    await logged('model_log', /said it all/);
    await logged('model_log', /\d{7,} bytes left out/);
    expect(await ask('lines 20000', 'calm')).toEqual({ status: 200, text: 'printed' });
    await logged('model_log', /the last line/);
    expect(memoryBytes() - before).toBeLessThan(100e6);
    await bothServe();
  });
});

/** Of the server alone, now. */
function memoryBytes(): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

describe.skipIf(!python)('a crash loop', () => {
  it('is told in the log and in the description, until the worker is given up', async () => {
    const query = 'url=looping&synchronous=false';
    expect((await fetch(`${server.management}/models?${query}`, { method: 'POST' })).status).toBe(202);
    const looping = { crashLoop: true, givenUp: true, last: { place: 'handler.py:6' } };
    const patience = { timeout: 15_000, interval: 100 };
    await expect.poll(() => failuresOf('looping'), patience).toMatchObject(looping);
    await logged('ts_log', /Model looping is in a crash loop: worker \d+ failed 3 times in \d+ seconds\./);
    await logged('ts_log', /Retry worker: \d+ in 1 seconds/);
    await logged('ts_log', /Worker \d+ is given up after 3 seconds of failures\./);
    expect((await fetch(`${server.inference}/ping`)).status).toBe(500);
    const { status, text } = await ask('ok', 'looping');
    expect([status, JSON.parse(text)]).toMatchObject([500, { message: 'Worker died.' }]);
    expect((await fetch(`${server.management}/models/looping`, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(`${server.inference}/ping`)).status).toBe(200);
    await bothServe();
  });
});
