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
    const body = Buffer.from('x');
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
