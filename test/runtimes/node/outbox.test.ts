import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../../src/runtimes/node/outbox.js';
import { FrameDecoder } from '../../../src/wire/decode.js';

let socket: PassThrough;
let writes: Buffer[];

beforeEach(() => {
  writes = [];
  socket = new PassThrough({ highWaterMark: 1000 });
});

function watched(): Outbox {
  socket.on('data', (bytes: Buffer) => writes.push(bytes));
  return new Outbox(socket);
}

function typesOf(bytes: readonly Buffer[]): string[] {
  const types: string[] = [];
  const decoder = new FrameDecoder(10_000_000, (frame) => types.push(frame.type));
  decoder.push(Buffer.concat(bytes));
  return types;
}

describe('Outbox', () => {
  it('writes frames that were put together in one write, and nothing before', async () => {
    const outbox = watched();
    outbox.put('READY', 1, { credits: 1 });
    outbox.put('DONE', 2, { answers: [], credits: 1, handlerMs: 0 });
    await turn();
    expect(writes).toEqual([]);
    outbox.flush();
    await turn();
    expect(writes).toHaveLength(1);
    expect(typesOf(writes)).toEqual(['READY', 'DONE']);
  });

  it('writes large bodies in order', async () => {
    const outbox = watched();
    const head = { job: 0, status: 200, reason: '', headers: {} };
    outbox.put('CHUNK', 1, head, [Buffer.alloc(200_000, 'a')]);
    outbox.put('READY', 1, { credits: 1 });
    outbox.flush();
    await turn();
    expect(typesOf(writes)).toEqual(['CHUNK', 'READY']);
  });

  it('flushes soon after the code that runs now', async () => {
    const outbox = watched();
    outbox.put('READY', 1, { credits: 1 });
    outbox.flushSoon();
    expect(writes).toEqual([]);
    await turn();
    await turn();
    expect(typesOf(writes)).toEqual(['READY']);
  });

  it('waits in breathe while the other side does not read', async () => {
    const outbox = new Outbox(socket);
    outbox.put('CHUNK', 1, { job: 0, status: 200, reason: '', headers: {} }, [Buffer.alloc(5000)]);
    let breathed = false;
    const breath = outbox.breathe().then(() => (breathed = true));
    await turn();
    await turn();
    expect(breathed).toBe(false);
    socket.resume();
    await breath;
    expect(breathed).toBe(true);
    expect([socket.listenerCount('drain'), socket.listenerCount('close')]).toEqual([0, 0]);
  });
});
