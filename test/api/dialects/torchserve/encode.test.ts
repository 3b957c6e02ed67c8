import { describe, expect, it } from 'vitest';
import {
  encode,
  encodeError,
  isFault,
  json,
  statusReply,
} from '../../../../src/api/dialects/torchserve/encode.js';
import { serveError } from '../../../../src/core/errors.js';

describe('answers', () => {
  it('of handlers are passed on as they are', () => {
    const body = [Buffer.from('x')];
    expect(encode({ status: 201, reason: 'Made', headers: { a: '1', b: '2' }, body })).toEqual({
      status: 201,
      reason: 'Made',
      headers: ['a', '1', 'b', '2'],
      body,
    });
  });

  it('of the server are indented JSON with a line break at the end', () => {
    expect(json({ a: 1, gone: undefined })).toEqual({
      status: 200,
      headers: ['content-type', 'application/json'],
      body: '{\n  "a": 1\n}\n',
    });
    expect(statusReply('Done', 202)).toMatchObject({ status: 202, body: '{\n  "status": "Done"\n}\n' });
  });

  it('to errors name code, type and message in this order', () => {
    expect(encodeError(serveError('MODEL_NOT_FOUND', { model: 'x' }))).toMatchObject({
      status: 404,
      body: '{\n  "code": 404,\n  "type": "ModelNotFoundException",\n  "message": "Model not found: x"\n}\n',
    });
  });

  it('may tell why a worker died: a line in a header, and all of it to those who may know', () => {
    const failure = {
      reason: 'The worker ended\nwith exit code 3.',
      place: 'handler.py:7',
      exitCode: 3,
      signal: undefined,
      outOfMemory: false,
      time: '2024-01-01T00:00:00.000Z',
      lastLines: ['Traceback', 'ö'],
    };
    const error = serveError('WORKER_DIED', {}, { failure });
    const header = ['x-worker-failure', 'The worker ended with exit code 3. (handler.py:7)'];
    const plain = encodeError(error);
    expect(plain.headers).toEqual(['content-type', 'application/json', ...header]);
    expect(JSON.parse(String(plain.body))).toEqual({
      code: 500,
      type: 'InternalServerException',
      message: 'Worker died.',
    });
    const { signal, ...told } = failure;
    expect(JSON.parse(String(encodeError(error, true).body))).toMatchObject({ code: 500, details: told });
    expect(
      JSON.parse(String(encodeError(serveError('INTERNAL', { reason: 'x' }), true).body)),
    ).not.toHaveProperty('details');
  });

  it('keep the status a handler chose for its error', () => {
    const error = serveError('HANDLER_FAILED', { reason: 'mine' }, { status: 513 });
    expect(encodeError(error)).toMatchObject({ status: 513, body: expect.stringContaining('"code": 513') });
  });
});

describe('a fault of the server', () => {
  it('is what nobody threw on purpose', () => {
    expect(isFault(new TypeError('x'))).toBe(true);
    expect(isFault(serveError('INTERNAL', { reason: 'x' }))).toBe(true);
    expect(isFault(serveError('MODEL_NOT_FOUND', { model: 'x' }))).toBe(false);
  });
});
