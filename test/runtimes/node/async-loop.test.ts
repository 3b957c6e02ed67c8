import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { AsyncLoop } from '../../../src/runtimes/node/async-loop.js';
import type { Context, Handler } from '../../../src/runtimes/node/handler.js';
import { Outbox } from '../../../src/runtimes/node/outbox.js';
import { Service } from '../../../src/runtimes/node/service.js';
import { FrameDecoder } from '../../../src/wire/decode.js';
import type { Frame } from '../../../src/wire/frames.js';
import { contextFor, job } from './test-context.js';

let frames: Frame[];

beforeEach(() => {
  frames = [];
});

function loopFor(handler: Handler): AsyncLoop {
  const socket = new PassThrough();
  const decoder = new FrameDecoder(1_000_000, (frame) => frames.push(frame));
  socket.on('data', (bytes: Buffer) => decoder.push(bytes));
  const outbox = new Outbox(socket);
  return new AsyncLoop({
    newCall: () => {
      const context = contextFor({ directory: '/' });
      const options = { decodeInput: true, maxResponseBytes: 1000, rounds: false };
      return {
        context,
        service: new Service(handler, context, { ...options, breathe: () => outbox.breathe() }),
      };
    },
    outbox,
    firstCredits: 7,
  });
}

function add(loop: AsyncLoop, id: number): void {
  loop.add(id, { jobs: [job({ id: `job-${id}` })] }, Buffer.alloc(0));
}

async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await turn();
}

describe('calls side by side', () => {
  it('are answered as each is done, whatever came first', async () => {
    const ends: (() => void)[] = [];
    const loop = loopFor({
      async handle(_, context) {
        await new Promise<void>((resolve) => ends.push(resolve));
        return [context.getRequestId()];
      },
    });
    for (const id of [1, 2, 3]) add(loop, id);
    await settle();
    expect(ends).toHaveLength(3);
    for (const at of [2, 0, 1]) {
      ends[at]?.();
      await settle();
    }
    expect(frames.map(({ id, body }) => [id, body.toString()])).toEqual([
      [3, 'job-3'],
      [1, 'job-1'],
      [2, 'job-2'],
    ]);
    expect(frames.every(({ header }) => 'credits' in header && header.credits === 1)).toBe(true);
  });

  it('fail alone', async () => {
    const loop = loopFor({
      async handle(_, context) {
        await turn();
        if (context.getRequestId() === 'job-1') throw new Error('only this one');
        return ['fine'];
      },
    });
    add(loop, 1);
    add(loop, 2);
    await settle();
    const errors = frames.map((frame) =>
      frame.type === 'DONE' ? frame.header.answers[0]?.error : 'no DONE',
    );
    expect(errors).toEqual(['Prediction failed', undefined]);
  });

  it('see when their own client has gone', async () => {
    const contexts: Context[] = [];
    let end = () => {};
    const loop = loopFor({
      async handle(_, context) {
        contexts.push(context);
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        return ['late'];
      },
    });
    add(loop, 1);
    add(loop, 2);
    await settle();
    loop.cancel(1, [0]);
    loop.cancel(99, [0]);
    expect(contexts.map((context) => context.isCancelled())).toEqual([true, false]);
    end();
    await settle();
    // The handler of the first one never ends; nobody waits for it.
    expect(frames.map(({ id }) => id)).toEqual([2]);
  });

  it('are waited for before the worker leaves', async () => {
    let end = () => {};
    const loop = loopFor({
      async handle() {
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        return ['done'];
      },
    });
    add(loop, 1);
    let idle = false;
    loop.whenIdle(() => {
      idle = true;
    });
    await settle();
    expect(idle).toBe(false);
    end();
    await settle();
    expect([idle, frames.length]).toEqual([true, 1]);
  });

  it('may be as many as the loop says', () => {
    expect(loopFor({}).firstCredits).toBe(7);
  });
});
