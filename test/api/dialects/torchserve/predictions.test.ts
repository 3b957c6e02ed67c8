import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askJson, runServer, type TestServer } from '../../../server/running.js';

let running: TestServer;

beforeAll(async () => {
  running = await runServer({
    models: {
      reflect: { handler: 'reflect.mjs' },
      about: { handler: 'about.mjs' },
      explain: { handler: 'explain.mjs' },
      stream: { handler: 'stream.mjs' },
    },
    keys: { load_models: 'reflect,about,explain,stream', max_form_parts: '3' },
  });
});

afterAll(() => running.stop());

const url = (path: string) => `${running.inference}${path}`;
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  askJson(url(path), { method: 'POST', body, headers });

const NAMED = { body: { type: 'str', value: 'x' } };
const TEXT = { 'content-type': 'text/plain' };

describe('a prediction', () => {
  it.each([
    '/predictions/reflect',
    '/predictions/reflect/1.0',
    '/predictions/refl%65ct',
    '/v1/models/reflect:predict',
    '/v2/models/reflect/infer',
    '/models/reflect/invoke',
    '/reflect/predict',
    '/reflect/1.0/predict',
  ])('is made at %s, by any method', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status, body, headers } = await askJson(url(path), { method, body: 'x', headers: TEXT });
      expect(status).toBe(200);
      expect(body).toEqual(NAMED);
      expect(headers.get('content-type')).toBeNull();
    }
  });

  it('gets the query only at the older paths', async () => {
    expect((await post('/predictions/reflect?a=1', 'x', TEXT)).body).toEqual(NAMED);
    expect((await post('/reflect/predict?a=1', 'x', TEXT)).body).toHaveProperty('a');
  });

  it('sees what follows the version in its path', async () => {
    const { body } = await post('/predictions/about/1.0/some/more', 'headers', { 'X-Mine': 'Yes' });
    expect(body).toMatchObject({ url_path: 'some/more', explain: 'False', 'X-Mine': 'Yes' });
  });

  it('is an explanation at the paths that say so', async () => {
    for (const path of ['/explanations/explain', '/explanations/explain/1.0', '/v1/models/explain:explain'])
      expect((await post(path, '12345')).body).toEqual({ explanation: 5 });
    expect((await post('/predictions/explain', '12345')).body).toEqual({ prediction: 5 });
  });

  it.each([
    ['/predictions/nobody', 'ModelNotFoundException', 'Model not found: nobody'],
    [
      '/predictions/reflect/9.9',
      'ModelVersionNotFoundException',
      'Model version: 9.9 does not exist for model: reflect',
    ],
    [
      '/predictions',
      'ResourceNotFoundException',
      'Requested resource is not found, please refer to API document.',
    ],
    ['/v1/models/reflect', 'ResourceNotFoundException', expect.any(String)],
    ['/models/reflect/go', 'ResourceNotFoundException', expect.any(String)],
  ])('at %s finds nothing', async (path, type, message) => {
    const { status, body, headers } = await post(path, 'x');
    expect({ status, body }).toEqual({ status: 404, body: { code: 404, type, message } });
    expect(headers.get('connection')).toBe('close');
  });

  it('is described by OPTIONS', async () => {
    const { body } = await askJson(url('/predictions/reflect'), { method: 'OPTIONS' });
    expect(body).toMatchObject({ openapi: '3.0.1', info: { title: 'RESTful API for: reflect' } });
    expect((await askJson(url('/predictions/nobody'), { method: 'OPTIONS' })).status).toBe(404);
  });

  it('takes forms', async () => {
    const form = new FormData();
    form.set('note', 'a field');
    form.set('data', new Blob(['{"a":1}'], { type: 'application/json' }), 'a.json');
    const { body } = await askJson(url('/predictions/reflect'), { method: 'POST', body: form });
    expect(body).toMatchObject({ note: { text: 'a field' }, data: { type: 'dict', value: { a: 1 } } });
  });

  it('refuses forms with too many parts', async () => {
    const { status, body } = await post('/predictions/reflect', 'a=1&b=2&c=3&d=4', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect({ status, type: body.type }).toEqual({ status: 400, type: 'BadRequestException' });
  });

  it('comes piece by piece when the handler streams', async () => {
    const answer = await fetch(url('/predictions/stream'), { method: 'POST', body: '3 60' });
    const pieces: string[] = [];
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>)
      pieces.push(Buffer.from(piece).toString());
    expect(answer.headers.get('transfer-encoding')).toBe('chunked');
    expect(pieces.join('')).toBe('piece 0;piece 1;piece 2;end');
    expect(pieces.length).toBeGreaterThanOrEqual(3);
  });
});

describe('an invocation', () => {
  it('names its model in the query or in a part', async () => {
    expect((await post('/invocations?model_name=reflect', 'x', TEXT)).body).toHaveProperty('model_name');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('/invocations', 'model_name=reflect&a=1', form)).body).toHaveProperty('a');
  });

  it('must name one when there are several', async () => {
    expect((await post('/invocations', 'x')).body).toEqual({
      code: 400,
      type: 'BadRequestException',
      message: 'Parameter model_name is required.',
    });
    expect((await post('/invocations?model_name=', 'x')).body.message).toBe('Model not found: ');
  });
});

describe('an invocation of a server with one model', () => {
  it('needs no name', async () => {
    const one = await runServer({
      models: { reflect: { handler: 'reflect.mjs' } },
      keys: { load_models: 'reflect' },
    });
    const { body } = await askJson(`${one.inference}/invocations`, {
      method: 'POST',
      body: 'x',
      headers: TEXT,
    });
    expect(body).toEqual(NAMED);
    await one.stop();
  });
});
