import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askJson, runServer, type TestServer } from '../../../server/running.js';

let running: TestServer;

beforeAll(async () => {
  running = await runServer({
    models: {
      reflect: { handler: 'reflect.mjs' },
      'reflect-2': { handler: 'reflect.mjs', name: 'reflect', version: '2.0' },
      sleepy: { handler: 'act.mjs' },
    },
    keys: { load_models: 'reflect,sleepy', max_workers_per_model: '4' },
  });
  await ask('POST', '/models?url=reflect-2&initial_workers=0');
});

afterAll(() => running.stop());

const ask = (method: string, path: string) => askJson(`${running.management}${path}`, { method });

async function workersOf(path: string): Promise<unknown[]> {
  const { body } = await ask('GET', `/models/${path}`);
  return body[0]?.workers as unknown[];
}

describe('scaling', () => {
  it('adds workers up to the minimum and takes away down to the maximum', async () => {
    const up = await ask('PUT', '/models/reflect?min_worker=2&synchronous=true');
    expect(up).toMatchObject({ status: 200, body: { status: 'Workers scaled to 2 for model: reflect' } });
    expect(await workersOf('reflect')).toHaveLength(2);
    await ask('PUT', '/models/reflect?min_worker=1&max_worker=2&synchronous=true');
    expect(await workersOf('reflect')).toHaveLength(2);
    await ask('PUT', '/models/reflect?min_worker=1&synchronous=true');
    expect(await workersOf('reflect')).toHaveLength(1);
  });

  it('does not wait unless it is asked to', async () => {
    const { status, body } = await ask('PUT', '/models/reflect?min_worker=2');
    expect({ status, body }).toEqual({ status: 202, body: { status: 'Processing worker updates...' } });
    await expect.poll(() => workersOf('reflect')).toHaveLength(2);
    await ask('PUT', '/models/reflect?synchronous=true');
  });

  it('takes the version from the path or the query', async () => {
    const message = 'Workers scaled to 1 for model: reflect, version: 2.0';
    for (const path of ['/models/reflect/2.0?', '/models/reflect?model_version=2.0&'])
      expect((await ask('PUT', `${path}min_worker=1&synchronous=true`)).body).toEqual({ status: message });
    expect(await workersOf('reflect/2.0')).toHaveLength(1);
  });

  it('takes what is no number for one worker', async () => {
    expect((await ask('PUT', '/models/reflect?min_worker=few&synchronous=true')).status).toBe(200);
    expect(await workersOf('reflect')).toHaveLength(1);
  });

  it('refuses a maximum below the minimum, and what it does not know', async () => {
    expect((await ask('PUT', '/models/reflect?min_worker=3&max_worker=1')).body).toEqual({
      code: 400,
      type: 'BadRequestException',
      message: 'max_worker cannot be less than min_worker.',
    });
    expect((await ask('PUT', '/models/nobody')).status).toBe(404);
    expect((await ask('PUT', '/models/reflect/7.0')).body.type).toBe('ModelVersionNotFoundException');
  });

  it('refuses more workers than max_workers_per_model, at once, and changes nothing', async () => {
    for (const query of ['min_worker=5', 'min_worker=1&max_worker=5', 'min_worker=5&synchronous=true'])
      expect((await ask('PUT', `/models/reflect?${query}`)).body).toEqual({
        code: 400,
        type: 'BadRequestException',
        message: 'Model reflect cannot have 5 workers: max_workers_per_model is 4.',
      });
    expect(await workersOf('reflect')).toHaveLength(1);
    expect((await ask('PUT', '/models/reflect?min_worker=1&max_worker=4&synchronous=true')).status).toBe(200);
  });

  it('lets a worker that is taken away finish what it has', async () => {
    const body = JSON.stringify({ do: 'sleep', ms: 400 });
    const headers = { 'content-type': 'application/json' };
    const predicted = fetch(`${running.inference}/predictions/sleepy`, { method: 'POST', body, headers });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await ask('PUT', '/models/sleepy?min_worker=0&synchronous=true');
    expect(await (await predicted).text()).toBe('did sleep');
    const refused = await askJson(`${running.inference}/predictions/sleepy`, {
      method: 'POST',
      body,
      headers,
    });
    expect(refused).toMatchObject({ status: 503, body: { type: 'ServiceUnavailableException' } });
  });
});

describe('the default version', () => {
  it('is the first one, until another is chosen', async () => {
    const versionOf = async () => (await ask('GET', '/models/reflect')).body[0]?.modelVersion;
    expect(await versionOf()).toBe('1.0');
    expect((await ask('PUT', '/models/reflect/2.0/set-default')).body).toEqual({
      status: 'Default version successfully updated for model "reflect" to "2.0"',
    });
    expect(await versionOf()).toBe('2.0');
    expect((await ask('GET', '/models/reflect/1.0/set-default')).body[0]?.modelVersion).toBe('2.0');
    await ask('PUT', '/models/reflect/1.0/set-default');
  });

  it('must exist', async () => {
    expect((await ask('PUT', '/models/reflect/7.0/set-default')).body).toEqual({
      code: 404,
      type: 'ModelVersionNotFoundException',
      message: 'Model version 7.0 does not exist for model reflect',
    });
    expect((await ask('PUT', '/models/nobody/1.0/set-default')).body.message).toBe('Model not found: nobody');
    expect((await ask('PUT', '/models/reflect/1.0/set-other')).status).toBe(404);
  });
});

describe('KServe’s readiness', () => {
  it('tells whether a model has workers', async () => {
    expect((await ask('GET', '/v1/models/reflect:predict')).body).toEqual({ name: 'reflect', ready: true });
    expect((await ask('GET', '/v1/models/nobody')).status).toBe(404);
    expect((await ask('POST', '/v1/models/reflect')).status).toBe(405);
  });
});

describe('the description of a model’s management', () => {
  it('is given by OPTIONS', async () => {
    expect((await ask('OPTIONS', '/models/reflect')).body).toMatchObject({
      info: { title: 'RESTful Management API for: reflect' },
    });
    expect((await ask('OPTIONS', '/models/nobody')).status).toBe(404);
    expect((await ask('OPTIONS', '/models')).status).toBe(405);
  });
});

describe('unregistering', () => {
  it('refuses the default version while there are others, and takes the rest', async () => {
    expect((await ask('DELETE', '/models/reflect')).body).toEqual({
      code: 403,
      type: 'InvalidModelVersionException',
      message: 'Cannot remove default version for model reflect',
    });
    expect((await ask('DELETE', '/models/reflect/2.0')).body).toEqual({
      status: 'Model "reflect" unregistered',
    });
    expect((await ask('DELETE', '/models/reflect')).status).toBe(200);
    expect((await ask('DELETE', '/models/reflect')).body.message).toBe('Model not found: reflect');
    expect((await askJson(`${running.inference}/predictions/reflect`)).status).toBe(404);
  });
});

describe('without enable_model_api', () => {
  it('models cannot be added or removed, but managed', async () => {
    const closed = await runServer({
      models: { reflect: { handler: 'reflect.mjs' } },
      keys: { load_models: 'reflect', enable_model_api: 'false' },
    });
    const askClosed = (method: string, path: string) => askJson(`${closed.management}${path}`, { method });
    for (const [method, path] of [
      ['POST', '/models?url=reflect'],
      ['DELETE', '/models/reflect'],
      ['DELETE', '/models/reflect/1.0'],
    ] as const)
      expect((await askClosed(method, path)).body).toMatchObject({
        code: 405,
        type: 'MethodNotAllowedException',
      });
    expect((await askClosed('GET', '/models')).status).toBe(200);
    expect((await askClosed('PUT', '/models/reflect/1.0/set-default')).status).toBe(200);
    await closed.stop();
  });
});
