import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allPythons } from '../runtimes/python/interpreters.js';
import { type StartedServer, startServer } from '../started-server.js';

const [python] = allPythons();
const LIMIT = { timeout: 10_000 };
const ONE_WORKER = 'minWorkers: 1\nmaxWorkers: 1\nmaxBatchDelay: 20\n';
const SEQUENCES = 'sequenceBatching: true\nsequenceMaxIdleMSec: 60000\nmaxSequenceJobQueueSize: 4\n';
const MODELS: Readonly<Record<string, { handler: string; config: string }>> = {
  sums: { handler: 'sums', config: `minWorkers: 2\nmaxWorkers: 2\nmaxNumSequence: 100\n${SEQUENCES}` },
  few: { handler: 'sums', config: `${ONE_WORKER}maxNumSequence: 2\n${SEQUENCES}` },
  steps: { handler: 'steps', config: `${ONE_WORKER}batchSize: 4\ncontinuousBatching: true\n` },
  talks: {
    handler: 'steps',
    config: `${ONE_WORKER}batchSize: 1\ncontinuousBatching: true\nmaxNumSequence: 4\n${SEQUENCES}`,
  },
  gate: {
    handler: 'gate',
    config: `${ONE_WORKER}batchSize: 8\nresponseTimeout: 1\nasyncCommunication: true\n`,
  },
  tickets: {
    handler: 'gate',
    config: `${ONE_WORKER}asyncCommunication: true\nbatchesInFlight: 1\nuseJobTicket: true\n`,
  },
};

describe.each([
  { runtime: 'python', ending: 'py', there: python !== undefined },
  { runtime: 'node', ending: 'mjs', there: true },
])('models with sequences, rounds and calls side by side, in $runtime', ({ runtime, ending, there }) => {
  let folder: string;
  let server: StartedServer;

  beforeAll(async () => {
    if (!there) return;
    folder = mkdtempSync(join(tmpdir(), 'ts-stateful-'));
    for (const [name, { handler, config }] of Object.entries(MODELS))
      writeModel(join(folder, name), { name, runtime, handler: `${handler}.${ending}`, config });
    server = await startServer([
      ...['--model-store', folder, '--models', 'all', '--enable-model-api', '--disable-token-auth'],
      ...['--ts-header-key-sequence-id', 'X-Talk'],
      ...(python ? ['--python-executable', python.path] : []),
    ]);
  }, 60_000);

  afterAll(async () => {
    if (!there) return;
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask(model: string, body: string, headers: Record<string, string> = {}, signal?: AbortSignal) {
    return fetch(`${server.inference}/predictions/${model}`, {
      method: 'POST',
      body: Buffer.from(body),
      headers,
      signal,
    });
  }

  async function say(model: string, body: string, talk?: string, headers: Record<string, string> = {}) {
    const response = await ask(model, body, { ...headers, ...(talk ? { 'X-Talk': talk } : {}) });
    return `${response.status} ${await response.text()}`;
  }

  it.skipIf(!there)('keep what belongs to a sequence apart from the others', async () => {
    const said = [1, 2, 3, 4].map(
      (number) => async (talk: string, factor: number) => say('sums', String(number * factor), talk),
    );
    const sums = async (talk: string, factor: number) => {
      const answers: string[] = [];
      for (const next of said) answers.push(await next(talk, factor));
      return answers;
    };
    expect(await Promise.all([sums('a', 1), sums('b', 100)])).toEqual([
      ['200 1', '200 3', '200 6', '200 10'],
      ['200 100', '200 300', '200 600', '200 1000'],
    ]);
  });

  it.skipIf(!there)('answer what was sent to a sequence at once in order', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map((number) => say('sums', String(number), 'burst')));
    expect(new Set(answers)).toContain('200 10');
  });

  it.skipIf(!there)('begin a sequence for who names none, and the handler can tell its id', async () => {
    const first = await ask('sums', '5');
    const id = first.headers.get('x-talk') ?? '';
    expect([await first.text(), id]).toEqual(['5', expect.stringMatching(/^ts-seq-/)]);
    expect(await say('sums', '6', id)).toBe('200 11');
  });

  it.skipIf(!there)(
    'stay with their worker; the sequences of one that dies begin anew at the next',
    async () => {
      const [mine, other] = ['one', 'other'];
      await say('sums', '1', mine);
      await say('sums', '1', other);
      const [pid, kept] = [await say('sums', 'pid', mine), await say('sums', 'pid', other)];
      expect(pid).not.toBe(kept);
      process.kill(Number(pid.slice(4)), 'SIGKILL');
      expect(await say('sums', '5', other)).toBe('200 6');
      await vi.waitFor(async () => {
        const ready = await workers('sums');
        expect([ready.length, ready.includes(Number(pid.slice(4)))]).toEqual([2, false]);
      }, LIMIT);
      expect(await say('sums', '5', mine)).toBe('200 5');
    },
  );

  it.skipIf(!there)('refuse a sequence that finds no place, until the handler ends one', async () => {
    const ending = { ts_request_sequence_end: 'true' };
    expect(await say('few', '1', 'a')).toBe('200 1');
    expect(await say('few', '1', 'b')).toBe('200 1');
    const refused = await ask('few', '1', { 'X-Talk': 'c' });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({
      type: 'ServiceUnavailableException',
      message: expect.stringContaining('or exceeds maxSequenceJobQueueSize'),
    });
    expect(await say('few', '1', 'a', ending)).toBe('200 2');
    expect(await say('few', '1', 'c')).toBe('200 1');
  });

  it.skipIf(!there)('make steps of several requests at a time, each answer streamed', async () => {
    expect(await say('steps', '1')).toBe('200 1;');
    const long = await ask('steps', '40000');
    expect(long.headers.get('ts_stream_next')).toBe('true');
    expect(await Promise.all([say('steps', '2'), say('steps', '3')])).toEqual([
      expect.stringMatching(/^200 ([23];){2}$/),
      expect.stringMatching(/^200 ([23];){3}$/),
    ]);
    await long.body?.cancel();
    await vi.waitFor(async () => expect(await say('steps', '1')).toBe('200 1;'), LIMIT);
  });

  it.skipIf(!there)('let a request of a sequence end what another one began', async () => {
    const long = await ask('talks', '100000000', { 'X-Talk': 'a' });
    expect(await say('talks', 'stop', 'a')).toBe('200 2;');
    expect(await long.text()).toMatch(/^1;.*2;$/s);
  });

  it.skipIf(!there)('answer calls side by side, each when it is done', async () => {
    const waiting = [say('gate', 'wait'), say('gate', 'wait')];
    expect(await say('gate', 'fail')).toContain('503');
    expect(await say('gate', 'stream')).toBe('200 one;two;stream done');
    expect(await say('gate', 'open')).toBe('200 open done');
    expect(await Promise.all(waiting)).toEqual(['200 wait done', '200 wait done']);
  });

  it.skipIf(!there)('let a call take its time, and end a worker that is blocked', async () => {
    expect(await say('gate', 'long')).toBe('200 long done');
    const [call, block] = [say('gate', 'long'), say('gate', 'block')];
    expect(await block).toContain('Worker died.');
    expect(await call).toContain('Worker died.');
    await vi.waitFor(async () => expect(await say('gate', 'open')).toBe('200 open done'), LIMIT);
  });

  it.skipIf(!there)('refuse with job tickets whom nobody is free for', async () => {
    const client = new AbortController();
    const waiting = ask('tickets', 'wait', {}, client.signal).catch(() => 'gone');
    await vi.waitFor(async () => expect(await say('tickets', 'fail')).toContain('no worker'), LIMIT);
    client.abort();
    expect(await waiting).toBe('gone');
    await vi.waitFor(async () => expect(await say('tickets', 'open')).toBe('200 open done'), LIMIT);
  });

  async function workers(model: string): Promise<readonly number[]> {
    const response = await fetch(`${server.management}/models/${model}`);
    const [described] = (await response.json()) as [{ workers: { status: string; pid: number }[] }];
    return described.workers.filter(({ status }) => status === 'READY').map(({ pid }) => pid);
  }
});

interface WrittenModel {
  readonly name: string;
  readonly runtime: string;
  /** A file of the folder `stateful`. */
  readonly handler: string;
  readonly config: string;
}

function writeModel(folder: string, { name, runtime, handler, config }: WrittenModel): void {
  const manifest = {
    runtime,
    model: { modelName: name, modelVersion: '1.0', handler, configFile: 'model-config.yaml' },
  };
  mkdirSync(join(folder, 'MAR-INF'), { recursive: true });
  writeFileSync(join(folder, 'MAR-INF/MANIFEST.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'model-config.yaml'), config);
  writeFileSync(join(folder, handler), readFileSync(new URL(`stateful/${handler}`, import.meta.url)));
}
