import { describe, expect, it } from 'vitest';
import type { Handler } from '../../../src/runtimes/node/handler.js';
import { callHandler } from '../../../src/runtimes/node/steps.js';
import { contextFor, job } from './test-context.js';

const requests = [{ body: 1 }, { body: 2 }];
const context = contextFor({ directory: '/' });

describe('callHandler', () => {
  it('calls handle alone when the handler has one', () => {
    const handler: Handler = {
      handle: (data) => data.map(({ body }) => body),
      preprocess: () => expect.fail(),
    };
    expect(callHandler(handler, 'predict', requests, context)).toEqual([1, 2]);
  });

  it('leads the data through the steps, and a missing step hands on what it got', async () => {
    const handler: Handler = {
      preprocess: (data) => data.map(({ body }) => Number(body) + 1),
      postprocess: async (values) => (values as number[]).map((value) => value * 10),
    };
    expect(await callHandler(handler, 'predict', requests, context)).toEqual([20, 30]);
  });

  it('keeps `this` of a handler that is a class', async () => {
    class Add {
      readonly #more = 5;
      preprocess(data: readonly Record<string, unknown>[]) {
        return data.map(({ body }) => Number(body) + this.#more);
      }
    }
    expect(await callHandler(new Add(), 'predict', requests, context)).toEqual([6, 7]);
  });

  it('explains what was preprocessed, with the raw data beside it', async () => {
    const handler: Handler<number[]> = {
      preprocess: (data) => data.map(({ body }) => Number(body) * 2),
      explainHandle: (prepared, data) => prepared.map((value, at) => [value, data[at]]),
    };
    expect(await callHandler(handler as Handler, 'explain', requests, context)).toEqual([
      [2, requests[0]],
      [4, requests[1]],
    ]);
  });

  it('answers 501 to explain when the handler cannot', async () => {
    await expect(callHandler({ handle: () => [] }, 'explain', requests, context)).rejects.toMatchObject({
      errorCode: 501,
    });
  });

  it('describes itself, or as null', async () => {
    expect(await callHandler({ describeHandle: () => ({ kind: 'x' }) }, 'describe', [{}], context)).toEqual([
      { kind: 'x' },
    ]);
    expect(await callHandler({}, 'describe', [{}], context)).toEqual([null]);
  });

  it('stops between steps when all clients have gone', async () => {
    const gone = contextFor({ directory: '/' });
    const cancelled = new Set<number>();
    gone.begin({ jobs: [job({})] }, cancelled);
    const handler: Handler = {
      preprocess: async (data) => {
        cancelled.add(0);
        return data;
      },
      inference: () => expect.fail('inference ran'),
    };
    await expect(callHandler(handler, 'predict', [{}], gone)).rejects.toMatchObject({ errorCode: 499 });
  });

  it('times the steps when handler.profile asks for it', async () => {
    const profiled = contextFor({ directory: '/', modelConfig: { handler: { profile: true } } });
    const names: string[] = [];
    Object.assign(profiled.metrics, { time: (name: string) => names.push(name) });
    await callHandler({ preprocess: (data) => data, inference: (data) => data }, 'predict', [{}], profiled);
    expect(names).toEqual(['ts_handler_preprocess', 'ts_handler_inference']);
  });
});
