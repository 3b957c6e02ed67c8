import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askJson, runServer, type TestServer } from '../../../server/running.js';

let running: TestServer;

beforeAll(async () => {
  running = await runServer({
    models: {
      reflect: { handler: 'reflect.mjs' },
      tuned: {
        handler: 'reflect.mjs',
        config: 'minWorkers: 1\nmaxWorkers: 2\nbatchSize: 4\nmaxBatchDelay: 20\n',
      },
      bad: { handler: 'badinit.mjs' },
      cpp: { handler: 'reflect.mjs', runtime: 'LSP' },
      cobol: { handler: 'reflect.mjs', runtime: 'cobol' },
    },
    keys: { default_workers_per_model: '0' },
  });
  writeFileSync(join(running.folder, 'store', 'broken.mar'), 'this is no archive');
});

afterAll(() => running.stop());

const register = (query: string, init: RequestInit = {}) =>
  askJson(`${running.management}/models${query}`, { method: 'POST', ...init });
const describeModel = async (name: string) =>
  (await askJson(`${running.management}/models/${name}`)).body[0] ?? {};
const remove = (name: string) => fetch(`${running.management}/models/${name}`, { method: 'DELETE' });

describe('registering', () => {
  it('starts no workers unless they are asked for', async () => {
    expect((await register('?url=reflect')).body).toEqual({
      status:
        'Model "reflect" Version: 1.0 registered with 0 initial workers. ' +
        'Use scale workers API to add workers for the model.',
    });
    expect(await describeModel('reflect')).toMatchObject({
      minWorkers: 0,
      workers: [],
      loadedAtStartup: false,
    });
  });

  it('refuses the same version twice', async () => {
    expect(await register('?url=reflect')).toMatchObject({
      status: 409,
      body: {
        type: 'ConflictStatusException',
        message: 'Model version 1.0 is already registered for model reflect',
      },
    });
  });

  it('waits for the workers, under another name if asked', async () => {
    const { status, body } = await register('?url=reflect&model_name=mirror&initial_workers=1');
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'Model "mirror" Version: 1.0 registered with 1 initial workers' },
    });
    expect((await askJson(`${running.inference}/predictions/mirror`)).status).toBe(200);
  });

  it('answers at once when it need not be synchronous', async () => {
    const { status, body } = await register(
      '?url=reflect&model_name=later&initial_workers=1&synchronous=false',
    );
    expect({ status, body }).toEqual({ status: 202, body: { status: 'Processing worker updates...' } });
    const statusOf = async () => ((await describeModel('later')).workers as { status: string }[])[0]?.status;
    await expect.poll(statusOf, { timeout: 10_000 }).toBe('READY');
  });

  it('takes its parameters from a JSON body, and then not from the query', async () => {
    const init = {
      body: JSON.stringify({
        url: 'reflect',
        model_name: 'json',
        batch_size: 2,
        max_batch_delay: 7,
        handler: null,
      }),
      headers: { 'content-type': 'application/json' },
    };
    expect((await register('?model_name=query', init)).status).toBe(200);
    expect(await describeModel('json')).toMatchObject({ batchSize: 2, maxBatchDelay: 7 });
  });

  it('obeys the model’s own configuration over its parameters, but for batches', async () => {
    await register('?url=tuned&batch_size=3&initial_workers=5&response_timeout=9');
    expect(await describeModel('tuned')).toMatchObject({
      minWorkers: 1,
      maxWorkers: 2,
      batchSize: 3,
      maxBatchDelay: 20,
      responseTimeout: 120,
    });
  });

  it('takes numbers that are none for not given', async () => {
    expect(
      (await register('?url=reflect&model_name=sloppy&batch_size=many&initial_workers=zero')).status,
    ).toBe(200);
    expect(await describeModel('sloppy')).toMatchObject({ batchSize: 1, minWorkers: 0 });
  });

  it('leaves nothing of a model whose workers fail', async () => {
    const { status, body } = await register('?url=bad&initial_workers=1');
    expect({ status, body }).toEqual({
      status: 500,
      body: {
        code: 500,
        type: 'InternalServerException',
        message: 'Failed to start workers for model bad version: 1.0',
      },
    });
    expect((await askJson(`${running.management}/models/bad`)).status).toBe(404);
  });

  it.each([
    ['', 400, 'BadRequestException', 'Parameter url is required.'],
    ['?url=', 404, 'ModelNotFoundException', 'empty url'],
    ['?url=none.mar', 404, 'ModelNotFoundException', 'Model not found at: none.mar'],
    ['?url=..%2Fa.mar', 404, 'ModelNotFoundException', 'Relative path is not allowed in url: ../a.mar'],
    ['?url=%252e%252e%252fa.mar', 404, 'ModelNotFoundException', expect.stringContaining('Relative path')],
    ['?url=%2Fetc%2Fpasswd', 404, 'ModelNotFoundException', 'Model not found at: /etc/passwd'],
    ['?url=http:%2F%2F127.0.0.1:1%2Fa.mar', 400, 'DownloadArchiveException', expect.any(String)],
    ['?url=reflect&runtime=cobol', 400, 'BadRequestException', 'Invalid RuntimeType value: cobol'],
    ['?url=cobol', 400, 'InvalidModelException', 'Runtime is not defined or invalid.'],
    ['?url=broken.mar', 400, 'InvalidModelException', 'Model name is not defined.'],
    [
      '?url=broken.mar&model_name=x',
      400,
      'InvalidModelException',
      expect.stringContaining('not a sound archive'),
    ],
    ['?url=cpp', 400, 'ModelException', expect.stringContaining('runtime "LSP"')],
  ])('%s is refused', async (query, code, type, message) => {
    expect((await register(query)).body).toEqual({ code, type, message });
  });

  it.each(['{"url": ', '"text"'])('refuses the body %s', async (body) => {
    const answer = await register('', { body, headers: { 'content-type': 'application/json' } });
    expect(answer).toMatchObject({ status: 500, body: { type: 'JsonSyntaxException' } });
  });

  it('leaves no temporary files behind', async () => {
    for (const name of ['reflect', 'mirror', 'later', 'json', 'tuned', 'sloppy']) await remove(name);
    const temp = join(running.folder, 'temp');
    const left = readdirSync(temp, { recursive: true }).filter((name) => /[0-9a-f]{32}/.test(String(name)));
    expect(left).toEqual([]);
    expect(existsSync(join(running.folder, 'store', 'reflect'))).toBe(true);
  });
});
