import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handler } from '../../../src/runtimes/node/handler.js';
import { PredictionException } from '../../../src/runtimes/node/prediction-exception.js';
import { type BatchResult, Service } from '../../../src/runtimes/node/service.js';
import type { WireJob } from '../../../src/wire/frames.js';
import { contextFor, job } from './test-context.js';

const printed = vi.spyOn(console, 'error');

beforeEach(() => printed.mockImplementation(() => {}));
afterEach(() => printed.mockReset());

interface Setting {
  readonly jobs?: readonly Partial<WireJob>[];
  readonly maxResponseBytes?: number;
  readonly cancelled?: Set<number>;
  readonly rounds?: boolean;
}

function serve(
  handler: Handler,
  { jobs = [{}], maxResponseBytes = 1000, cancelled, rounds = false }: Setting = {},
) {
  const context = contextFor({ directory: '/' }, jobs);
  const batch = { jobs: jobs.map(job) };
  if (cancelled) context.begin(batch, cancelled);
  const service = new Service(handler, context, {
    decodeInput: true,
    maxResponseBytes,
    rounds,
    breathe: async () => {},
  });
  return { context, result: service.predict(batch, Buffer.alloc(0)) };
}

async function answersOf(handler: Handler, setting?: Setting): Promise<BatchResult['answers']> {
  return (await serve(handler, setting).result).answers;
}

const failed = (status: number, error: string) => ({ status, error, reason: '', headers: {}, size: 0 });

describe('Service', () => {
  it('answers at once when the handler is synchronous', () => {
    const { result } = serve({ handle: () => ['yes'] });
    expect(result).toEqual({
      answers: [{ status: 200, reason: '', headers: {}, size: 3 }],
      bodies: [Buffer.from('yes')],
    });
  });

  it('sends status, reason and headers that the handler set for each answer', async () => {
    const handler: Handler = {
      handle: async (data, context) => {
        context.setResponseStatus(201, 'Made', 1);
        context.setResponseContentType(0, 'text/plain');
        return data.map(() => 'ok');
      },
    };
    expect(await answersOf(handler, { jobs: [{}, {}] })).toEqual([
      { status: 200, reason: '', headers: { 'content-type': 'text/plain' }, size: 2 },
      { status: 201, reason: 'Made', headers: {}, size: 2 },
    ]);
  });

  it.each([
    ['no list', 'text', 'Invalid model predict output'],
    ['nothing', undefined, 'Invalid model predict output'],
    ['too short a list', [], 'number of batch response mismatched'],
    ['too long a list', [1, 2], 'number of batch response mismatched'],
    ['what JSON cannot hold', [1n], 'Unsupported model output data type.'],
  ])('fails the batch with TorchServe’s words for %s', async (_, outputs, message) => {
    expect(await answersOf({ handle: () => outputs as unknown[] })).toEqual([failed(503, message)]);
  });

  it.each([
    [undefined, 'The handler returned undefined instead of a list.'],
    [new Map(), 'The handler returned Map instead of a list.'],
    [[1, 2], "The handler's list has 2 answers for 1 requests."],
  ])('tells the log of a wrong return value: %s', async (outputs, text) => {
    await answersOf({ handle: () => outputs as unknown[] });
    expect(printed).toHaveBeenCalledWith(text);
  });

  it('fails every job of a batch when the handler throws, and prints why', async () => {
    const handler: Handler = { handle: () => Promise.reject(new Error('boom')) };
    const answers = await answersOf(handler, { jobs: [{}, {}] });
    expect(answers).toEqual([failed(503, 'Prediction failed'), failed(503, 'Prediction failed')]);
    expect(printed).toHaveBeenCalledWith('The handler failed:', expect.objectContaining({ message: 'boom' }));
  });

  it('answers with the status and text of a PredictionException', async () => {
    const handler: Handler = {
      handle: () => {
        throw new PredictionException('unknown label', 422);
      },
    };
    expect(await answersOf(handler)).toEqual([failed(422, 'unknown label')]);
  });

  it('fails one job of a batch alone when its item is a PredictionException', async () => {
    const handler: Handler = { handle: () => ['fine', new PredictionException('not an image', 400)] };
    const { answers, bodies } = await serve(handler, { jobs: [{}, {}] }).result;
    expect(answers[0]).toMatchObject({ status: 200, size: 4 });
    expect(answers[1]).toEqual(failed(400, 'not an image'));
    expect(Buffer.concat(bodies).toString()).toBe('fine');
  });

  it.each([
    'Array buffer allocation failed',
    'Failed to allocate memory for requested buffer',
    'CUDA error 2',
  ])('answers 507 when memory is short: %s', async (message) => {
    const handler: Handler = { handle: () => Promise.reject(new Error(message)) };
    expect(await answersOf(handler)).toEqual([failed(507, 'Out of resources')]);
  });

  it('fails an answer above max_response_size alone', async () => {
    const handler: Handler = { handle: () => ['x'.repeat(11), 'ok'] };
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const answers = await answersOf(handler, { jobs: [{}, {}], maxResponseBytes: 10 });
    expect(answers[0]).toMatchObject({ status: 500, size: 0, error: 'Worker died.' });
    expect(said).toHaveBeenCalledWith('The answer of 11 bytes is above max_response_size (10).');
    expect(answers[1]).toMatchObject({ status: 200, size: 2 });
  });

  it('sends what a generator yields as pieces and what it returns as the last', async () => {
    const handler: Handler = {
      async *handle() {
        yield ['a', 'x'];
        yield ['b', 'y'];
        return ['c', 'z'];
      },
    };
    const { context, result } = serve(handler, { jobs: [{}, {}] });
    const { answers, bodies } = await result;
    expect(context.pieces).toEqual([
      [0, 'a'],
      [1, 'x'],
      [0, 'b'],
      [1, 'y'],
    ]);
    expect(answers.map(({ headers }) => headers)).toEqual([
      { ts_stream_next: 'false' },
      { ts_stream_next: 'false' },
    ]);
    expect(bodies.map(String)).toEqual(['c', 'z']);
  });

  it('ends a stream with nothing when the generator returns nothing', async () => {
    const handler: Handler = {
      async *handle() {
        yield ['all'];
      },
    };
    const { answers, bodies } = await serve(handler).result;
    expect(answers[0]).toMatchObject({ status: 200, size: 0 });
    expect(bodies.map(String)).toEqual(['']);
  });

  it('fails the jobs of a stream whose generator throws or yields the wrong number', async () => {
    const breaks: Handler = {
      async *handle() {
        yield ['a'];
        throw new PredictionException('lost the thread', 500);
      },
    };
    expect(await answersOf(breaks)).toEqual([failed(500, 'lost the thread')]);
    const miscounts: Handler = {
      async *handle() {
        yield ['a', 'b'];
      },
    };
    expect(await answersOf(miscounts)).toEqual([failed(503, 'number of batch response mismatched')]);
  });

  it('stops a generator when all clients have gone, and lets it clean up', async () => {
    const cancelled = new Set<number>();
    let yielded = 0;
    let cleaned = false;
    const handler: Handler = {
      async *handle() {
        try {
          for (; yielded < 100; yielded += 1) {
            if (yielded === 3) cancelled.add(0);
            yield [yielded];
          }
        } finally {
          cleaned = true;
        }
      },
    };
    await serve(handler, { cancelled }).result;
    expect(yielded).toBe(3);
    expect(cleaned).toBe(true);
  });

  it('ends an answer begun with context.send as a stream', async () => {
    const handler: Handler = {
      handle: async (_, context) => {
        context.send('first ');
        return ['last'];
      },
    };
    const { context, result } = serve(handler);
    expect((await result).answers[0]).toMatchObject({ headers: { ts_stream_next: 'false' }, size: 4 });
    expect(context.pieces).toEqual([[0, 'first ']]);
  });
});

describe('a round', () => {
  const steps: Handler = {
    handle: (data, context) => {
      context.stoppingCriteria = [() => false, () => true, () => undefined];
      return data.map((_, idx) => `step ${idx}`);
    },
  };

  it('goes on where the criterion says so', async () => {
    const answers = await answersOf(steps, { jobs: [{}, {}, {}], rounds: true });
    expect(answers.map(({ headers, more }) => [headers.ts_stream_next, more])).toEqual([
      ['true', true],
      ['false', undefined],
      [undefined, undefined],
    ]);
  });

  it('is over for everybody without rounds', async () => {
    const answers = await answersOf(steps, { jobs: [{}, {}, {}] });
    expect(answers.some(({ more }) => more)).toBe(false);
  });

  it('ends a request whose answer fails, whatever the criterion says', async () => {
    const answers = await answersOf(
      {
        handle: (_, context) => {
          context.stoppingCriteria = [() => false, () => false];
          return [new PredictionException('no', 418), 'x'.repeat(2000)];
        },
      },
      { jobs: [{}, {}], rounds: true },
    );
    expect(answers.map(({ status, more }) => [status, more])).toEqual([
      [418, undefined],
      [500, undefined],
    ]);
  });
});
