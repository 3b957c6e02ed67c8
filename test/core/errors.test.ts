import { describe, expect, it } from 'vitest';
import { asServeError, ERRORS, ServeError, serveError } from '../../src/core/errors.js';

describe('an error of the table', () => {
  it('fills its message with the facts and carries what both APIs answer', () => {
    const error = serveError('MODEL_NOT_FOUND', { model: 'bloom' });
    expect(error).toBeInstanceOf(ServeError);
    expect(error).toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: 'Model not found: bloom',
      status: 404,
      grpc: 'NOT_FOUND',
      type: 'ModelNotFoundException',
      exitCode: 1,
    });
  });

  it('fills its hint too', () => {
    const error = serveError('VISIBLE_DEVICES_INVALID', { value: 'a', entry: 'a' });
    expect(error.hint).toContain('CUDA_VISIBLE_DEVICES=0,1');
  });

  it('takes a status from its maker, for errors whose status a handler chose', () => {
    expect(serveError('HANDLER_FAILED', { reason: 'tea only' }, { status: 418 }).status).toBe(418);
    expect(serveError('HANDLER_FAILED', { reason: 'x' }).status).toBe(ERRORS.HANDLER_FAILED.status);
  });

  it('keeps a brace whose fact is missing, so that the gap is seen', () => {
    expect(new ServeError('MODEL_NOT_FOUND', {}).message).toBe('Model not found: {model}');
  });

  it('leaves the text of a fact alone even if it looks like a template', () => {
    expect(serveError('BAD_REQUEST', { reason: '{name} $& $1' }).message).toBe('{name} $& $1');
  });
});

describe('a thrown value', () => {
  it('stays what it is when it is ours', () => {
    const error = serveError('WORKER_DIED', {});
    expect(asServeError(error)).toBe(error);
  });

  it('becomes INTERNAL with its cause when it is not', () => {
    const cause = new TypeError('broken');
    expect(asServeError(cause)).toMatchObject({ code: 'INTERNAL', message: 'broken', status: 500, cause });
    expect(asServeError('text').message).toBe('text');
  });
});
