import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveError } from '../../../src/core/errors.js';
import { loadModel, toFailure } from '../../../src/runtimes/node/load-model.js';
import { Outbox } from '../../../src/runtimes/node/outbox.js';
import { FrameDecoder } from '../../../src/wire/decode.js';
import type { Frame } from '../../../src/wire/frames.js';
import { job } from './test-context.js';
import { loadHeader } from './worker-process.js';

let directory: string;
let frames: Frame[];
let outbox: Outbox;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ts-load-'));
  frames = [];
  const socket = new PassThrough();
  const decoder = new FrameDecoder(1_000_000, (frame) => frames.push(frame));
  socket.on('data', (bytes: Buffer) => decoder.push(bytes));
  outbox = new Outbox(socket);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function answer(
  source: string,
  modelConfig: Record<string, unknown> = {},
  batches = 1,
): Promise<Frame[]> {
  writeFileSync(join(directory, 'handler.mjs'), source);
  const loop = await loadModel(loadHeader({ directory, modelConfig }), outbox, () => 0);
  for (let id = 1; id <= batches; id += 1)
    loop.add(id, { jobs: [job({ id: `job-${id}` })] }, Buffer.alloc(0));
  loop.run();
  for (let round = 0; round < 10; round += 1) await turn();
  return frames;
}

describe('loadModel', () => {
  it('initializes the handler before its first batch', async () => {
    const [done] = await answer(`
      let loaded;
      export const initialize = async (context) => { loaded = context.systemProperties.model_dir; };
      export const handle = () => [loaded];`);
    expect(done?.body.toString()).toBe(directory);
  });

  it('tells the handler the version of the server', async () => {
    const [done] = await answer(
      'export const handle = (data, context) => [context.systemProperties.server_version];',
    );
    expect(done?.body.toString()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('sends metrics of the handler with the ids of its requests, and pieces of streams with the batch', async () => {
    const [metric, chunk, done] = await answer(`
      export const handle = (data, context) => {
        context.metrics.counter('Faces', 3);
        context.send('piece');
        return ['end'];
      };`);
    expect(metric).toMatchObject({
      type: 'METRIC',
      header: { name: 'Faces', value: 3, requestIds: ['job-1'] },
    });
    expect(chunk).toMatchObject({
      type: 'CHUNK',
      id: 1,
      header: { job: 0, headers: { ts_stream_next: 'true' } },
    });
    expect(done).toMatchObject({ type: 'DONE', id: 1 });
  });

  it.each([
    ['sixteen', {}, [...Array(15).fill(2), 1, 1]],
    ['as many as batchesInFlight', { batchesInFlight: 2 }, [2, 1, 1, 1]],
    ['one with batchesInFlight 1', { batchesInFlight: 1 }, [1, 1, 1, 1]],
    ['never more than sixteen', { batchesInFlight: 100 }, [...Array(15).fill(2), 1, 1]],
  ])('lets %s batches be on their way', async (_, modelConfig, credits) => {
    const done = await answer('export const handle = () => ["ok"];', modelConfig, credits.length);
    expect(done.map(({ header }) => (header as { credits: number }).credits)).toEqual(credits);
  });
});

describe('toFailure', () => {
  it('adds what to do to an error of the table', () => {
    const error = serveError('HANDLER_FILE_MISSING', { handler: 'text_classifier', file: 'tokenizer.json' });
    expect(toFailure(error)).toEqual({
      status: 500,
      message:
        'The handler text_classifier needs tokenizer.json in the archive. Add it with --extra-files when archiving.',
    });
  });

  it('is 507 when memory was short', () => {
    expect(toFailure(new RangeError('Array buffer allocation failed'))).toEqual({
      status: 507,
      message: 'System out of memory',
    });
  });

  it('names the kind of any other error', () => {
    expect(toFailure(new TypeError('x is not a function')).message).toBe('TypeError: x is not a function');
    expect(toFailure('just text').message).toBe('just text');
  });
});
