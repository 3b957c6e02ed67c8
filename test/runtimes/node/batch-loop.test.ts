import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { BatchLoop } from '../../../src/runtimes/node/batch-loop.js';
import { CreditWindow } from '../../../src/runtimes/node/credits.js';
import type { Handler } from '../../../src/runtimes/node/handler.js';
import { Outbox } from '../../../src/runtimes/node/outbox.js';
import { Service } from '../../../src/runtimes/node/service.js';
import { FrameDecoder } from '../../../src/wire/decode.js';
import type { Frame } from '../../../src/wire/frames.js';
import { contextFor, job } from './test-context.js';

let frames: Frame[];
let writes: number;
let nowMs: number;

beforeEach(() => {
  frames = [];
  writes = 0;
  nowMs = 0;
});

function loopFor(handler: Handler): BatchLoop {
  const socket = new PassThrough();
  const decoder = new FrameDecoder(1_000_000, (frame) => frames.push(frame));
  socket.on('data', (bytes: Buffer) => {
    writes += 1;
    decoder.push(bytes);
  });
  const outbox = new Outbox(socket);
  const context = contextFor({ directory: '/' });
  const service = new Service(handler, context, {
    decodeInput: true,
    maxResponseBytes: 1000,
    rounds: false,
    breathe: () => outbox.breathe(),
  });
  return new BatchLoop(service, context, new CreditWindow(4), outbox, () => nowMs);
}

function addBatches(loop: BatchLoop, ids: readonly number[]): void {
  for (const id of ids) loop.add(id, { jobs: [job({ id: `job-${id}` })] }, Buffer.alloc(0));
}

async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await turn();
}

describe('BatchLoop', () => {
  it('answers short batches that came together with one write', async () => {
    const loop = loopFor({ handle: (_, context) => [context.getRequestId()] });
    addBatches(loop, [1, 2, 3]);
    loop.run();
    await settle();
    expect(frames.map(({ id, body }) => [id, body.toString()])).toEqual([
      [1, 'job-1'],
      [2, 'job-2'],
      [3, 'job-3'],
    ]);
    expect(writes).toBe(1);
  });

  it('writes an answer before it begins the next batch when the handler takes its time', async () => {
    const loop = loopFor({
      handle: () => {
        nowMs += 5;
        return ['ok'];
      },
    });
    addBatches(loop, [1, 2, 3]);
    loop.run();
    await settle();
    expect(frames).toHaveLength(3);
    expect(writes).toBe(3);
    expect(frames[0]?.header).toMatchObject({ handlerMs: 5 });
  });

  it('runs one batch at a time, in order, also when the handler waits', async () => {
    let running = 0;
    const most: number[] = [];
    const loop = loopFor({
      handle: async (_, context) => {
        running += 1;
        most.push(running);
        const id = context.getRequestId();
        await turn();
        running -= 1;
        return [id];
      },
    });
    addBatches(loop, [1, 2, 3]);
    loop.run();
    addBatches(loop, [4]);
    loop.run();
    await settle();
    expect(frames.map(({ body }) => body.toString())).toEqual(['job-1', 'job-2', 'job-3', 'job-4']);
    expect(most).toEqual([1, 1, 1, 1]);
  });

  it('does not keep an answer back while the next batch waits for something', async () => {
    let release = () => {};
    const loop = loopFor({
      handle: (_, context) =>
        context.getRequestId() === 'job-1'
          ? ['at once']
          : new Promise((resolve) => (release = () => resolve(['later']))),
    });
    addBatches(loop, [1, 2]);
    loop.run();
    await settle();
    expect(frames.map(({ body }) => body.toString())).toEqual(['at once']);
    release();
    await settle();
    expect(frames).toHaveLength(2);
  });

  it('does not begin a batch whose clients have all gone, but still answers it', async () => {
    const handled: unknown[] = [];
    const loop = loopFor({
      handle: (_, context) => {
        handled.push(context.getRequestId());
        return ['ok'];
      },
    });
    addBatches(loop, [1, 2]);
    loop.cancel(1, [0]);
    loop.run();
    await settle();
    expect(handled).toEqual(['job-2']);
    expect(frames[0]?.header).toMatchObject({ answers: [{ status: 499 }] });
    expect(frames[1]?.header).toMatchObject({ answers: [{ status: 200 }] });
  });

  it('tells the running handler that a client has gone', async () => {
    const seen: boolean[] = [];
    const loop = loopFor({
      handle: async (_, context) => {
        seen.push(context.isCancelled());
        await turn();
        seen.push(context.isCancelled());
        return ['ok'];
      },
    });
    addBatches(loop, [1]);
    loop.run();
    loop.cancel(1, [0]);
    await settle();
    expect(seen).toEqual([false, true]);
  });

  it('calls back when everything is answered', async () => {
    const loop = loopFor({ handle: async () => ['ok'] });
    addBatches(loop, [1, 2]);
    loop.run();
    let answered = -1;
    loop.whenIdle(() => (answered = frames.length));
    await settle();
    expect(frames).toHaveLength(2);
    expect(answered).toBeGreaterThanOrEqual(0);
  });

  it('grants more credits while batches are short', async () => {
    const loop = loopFor({ handle: () => ['ok'] });
    addBatches(loop, [1]);
    loop.run();
    await settle();
    expect(frames[0]?.header).toMatchObject({ credits: 2 });
  });
});
