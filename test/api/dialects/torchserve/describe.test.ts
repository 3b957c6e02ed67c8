import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askJson, runServer, type TestServer } from '../../../server/running.js';

let running: TestServer;

beforeAll(async () => {
  running = await runServer({
    models: {
      explain: { handler: 'explain.mjs' },
      b: { handler: 'reflect.mjs' },
      'b-2': { handler: 'reflect.mjs', name: 'b', version: '2.0' },
      a: { handler: 'reflect.mjs' },
    },
    keys: { load_models: 'explain', default_workers_per_model: '1' },
  });
  for (const url of ['b', 'b-2', 'a'])
    await fetch(`${running.management}/models?url=${url}&initial_workers=0`, { method: 'POST' });
});

afterAll(() => running.stop());

const list = async (query: string) => (await askJson(`${running.management}/models${query}`)).body;

describe('describing', () => {
  it('tells what there is, in the order of TorchServe', async () => {
    const { body } = await askJson(`${running.management}/models/explain`);
    const [model = {}] = body as unknown as Record<string, unknown>[];
    expect(Object.keys(model)).toEqual([
      'modelName',
      'modelVersion',
      'modelUrl',
      'runtime',
      'minWorkers',
      'maxWorkers',
      'batchSize',
      'maxBatchDelay',
      'responseTimeout',
      'startupTimeout',
      'maxRetryTimeoutInSec',
      'clientTimeoutInMills',
      'parallelType',
      'parallelLevel',
      'deviceType',
      'continuousBatching',
      'useJobTicket',
      'useVenv',
      'stateful',
      'sequenceMaxIdleMSec',
      'sequenceTimeoutMSec',
      'maxNumSequence',
      'maxSequenceJobQueueSize',
      'loadedAtStartup',
      'workers',
      'jobQueueStatus',
    ]);
    expect(model).toMatchObject({ modelUrl: 'explain', deviceType: 'cpu', loadedAtStartup: true });
    const [worker] = model.workers as Record<string, unknown>[];
    expect(worker).toEqual({
      id: '9000',
      startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      status: 'READY',
      memoryUsage: expect.any(Number),
      pid: expect.any(Number),
      gpu: false,
      gpuUsage: 'N/A',
    });
    expect(worker?.memoryUsage).toBeGreaterThan(1e6);
  });

  it('shows the default version, a named one, or all', async () => {
    const versionsOf = async (path: string) => {
      const { body } = await askJson(`${running.management}/models/${path}`);
      return (body as unknown as { modelVersion: string }[]).map(({ modelVersion }) => modelVersion);
    };
    expect(await versionsOf('b')).toEqual(['1.0']);
    expect(await versionsOf('b/2.0')).toEqual(['2.0']);
    expect(await versionsOf('b/all')).toEqual(['1.0', '2.0']);
  });

  it('lets the handler speak for itself', async () => {
    const { body } = await askJson(`${running.management}/models/explain?customized=true`);
    expect(body[0]?.customizedMetadata).toEqual({ about: 'a self-describing model', inputs: 1 });
    const plain = await askJson(`${running.management}/models/explain?customized=false`);
    expect(plain.body[0]).not.toHaveProperty('customizedMetadata');
  });

  it('cannot ask the handler of a model without workers', async () => {
    expect((await askJson(`${running.management}/models/a?customized=true`)).body).toEqual({
      code: 503,
      type: 'ServiceUnavailableException',
      message:
        'Model "a" has no worker to serve describe request. Please use scale workers API to add workers.',
    });
  });
});

describe('listing', () => {
  it('sorts by name and shows every model once', async () => {
    expect(await list('')).toEqual({
      models: [
        { modelName: 'a', modelUrl: 'a' },
        { modelName: 'b', modelUrl: 'b' },
        { modelName: 'explain', modelUrl: 'explain' },
      ],
    });
  });

  it.each([
    ['?limit=2', '2', 2],
    ['?limit=3', '3', 3],
    ['?limit=2&next_page_token=2', undefined, 1],
    ['?next_page_token=500', undefined, 0],
    ['?limit=-1&next_page_token=-4', undefined, 3],
    ['?limit=101', undefined, 3],
    ['?limit=lots', undefined, 3],
  ])('pages: %s', async (query, nextPageToken, count) => {
    const page = await list(query);
    expect(page.nextPageToken).toBe(nextPageToken);
    expect(page.models).toHaveLength(count);
  });
});
