import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/wire/encode.js';
import type { Frame, HelloHeader } from '../../src/wire/frames.js';
import {
  type ConnectionOptions,
  openConnections,
  type WorkerConnections,
} from '../../src/workers/connection.js';
import type { WorkerLink } from '../../src/workers/link.js';

const open: WorkerConnections[] = [];

afterEach(async () => {
  for (const connections of open.splice(0)) await connections.close();
});

async function start(options: ConnectionOptions = {}): Promise<WorkerConnections> {
  const connections = await openConnections(options);
  open.push(connections);
  return connections;
}

function dial({ address }: WorkerConnections): Socket {
  const [host, port] = address.split(':');
  const socket = port === undefined ? connect(address) : connect(Number(port), host);
  socket.on('error', () => {});
  socket.resume();
  return socket;
}

function hello(token: string, rest: Partial<HelloHeader> = {}): Buffer {
  return Buffer.concat(encodeFrame('HELLO', 0, { protocol: 1, token, pid: 7, rank: 0, ...rest }));
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** What becomes of the connection that has the token. */
function expectWorker(connections: WorkerConnections) {
  const frames: Frame[] = [];
  let meet: (met: { link?: WorkerLink; hello?: HelloHeader; refused?: string }) => void = () => {};
  const met = new Promise<{ link?: WorkerLink; hello?: HelloHeader; refused?: string }>((resolve) => {
    meet = resolve;
  });
  const expectation = connections.expect({
    maxFrameBytes: 10_000,
    onHello: (link, said) => {
      link.listen({ onFrame: (frame) => frames.push(frame), onClosed: () => {} });
      meet({ link, hello: said });
    },
    onRefused: (refused) => meet({ refused }),
  });
  return { ...expectation, met, frames };
}

describe.each(['unix', 'tcp'] as const)('the socket of the workers (%s)', (transport) => {
  it('lets in who has a token, and hands over what came behind HELLO', async () => {
    const connections = await start({ transport });
    const worker = expectWorker(connections);
    dial(connections).write(Buffer.concat([hello(worker.token), ...encodeFrame('READY', 0, { credits: 1 })]));
    const { hello: said } = await worker.met;
    expect(said).toMatchObject({ pid: 7, rank: 0 });
    expect(worker.frames.map(({ type }) => type)).toEqual(['READY']);
  });

  it('reads a HELLO that comes byte by byte', async () => {
    const connections = await start({ transport });
    const worker = expectWorker(connections);
    const socket = dial(connections);
    socket.setNoDelay(true);
    for (const byte of hello(worker.token)) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await worker.met).hello?.pid).toBe(7);
  });

  it('refuses a wrong token, and one that was used before', async () => {
    const lines: string[] = [];
    const log = { debug() {}, info() {}, error() {}, warn: (line: string) => lines.push(line) };
    const connections = await start({ transport, log });
    const worker = expectWorker(connections);
    dial(connections).write(hello(worker.token));
    await worker.met;
    for (const token of [worker.token, '', 'x'.repeat(64)]) {
      const socket = dial(connections);
      socket.write(hello(token));
      await closed(socket);
    }
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('its token is not known');
  });

  it('closes all connections at the end', async () => {
    const connections = await openConnections({ transport });
    const worker = expectWorker(connections);
    const sockets = [dial(connections), dial(connections)];
    sockets[0]?.write(hello(worker.token));
    await worker.met;
    const ends = sockets.map(closed);
    await connections.close();
    await Promise.all(ends);
  });
});

describe('the socket of the workers', () => {
  it('lies in a folder that nobody else may enter, and goes with it', async () => {
    const connections = await openConnections();
    const folder = dirname(connections.address);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(connections.address)).isSocket()).toBe(true);
    await connections.close();
    expect(existsSync(folder)).toBe(false);
  });

  it('is a TCP port on loopback where the path would be too long', async () => {
    const root = await mkdtemp(join(tmpdir(), 'long-'));
    const connections = await start({ folder: join(root, 'x'.repeat(100)) });
    expect(connections.address).toMatch(/^127\.0\.0\.1:\d+$/);
    await rm(root, { recursive: true });
  });

  it('tells who expects a worker that it speaks another protocol', async () => {
    const connections = await start();
    const worker = expectWorker(connections);
    const socket = dial(connections);
    socket.write(hello(worker.token, { protocol: 2 }));
    await closed(socket);
    expect((await worker.met).refused).toBe('it speaks version 2 of the worker protocol, this server 1');
  });

  it('forgets a token that is taken back', async () => {
    const connections = await start();
    const worker = expectWorker(connections);
    worker.cancel();
    const socket = dial(connections);
    socket.write(hello(worker.token));
    await closed(socket);
  });

  it('does not wait for ever for HELLO', async () => {
    const connections = await start({ helloMs: 50 });
    const socket = dial(connections);
    socket.write(Buffer.of(0, 0));
    await closed(socket);
  });

  it.each([
    ['a giant frame', Buffer.of(0x7f, 0xff, 0xff, 0xff)],
    ['junk', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a short frame', Buffer.of(0, 0, 0, 1, 1)],
    ['another frame', Buffer.concat(encodeFrame('READY', 0, { credits: 1 }))],
    ['a HELLO without a token', Buffer.concat(encodeFrame('HELLO', 0, { protocol: 1 } as HelloHeader))],
    ['a HELLO of null', Buffer.concat(encodeFrame('HELLO', 0, null as never))],
  ])('refuses %s', async (_, bytes) => {
    const connections = await start();
    const socket = dial(connections);
    socket.write(bytes);
    await closed(socket);
  });

  it('is not impressed by many who say nothing', async () => {
    const connections = await start({ helloMs: 200 });
    const sockets = Array.from({ length: 300 }, () => dial(connections));
    await Promise.all(sockets.map(closed));
    const worker = expectWorker(connections);
    dial(connections).write(hello(worker.token));
    expect((await worker.met).hello?.pid).toBe(7);
  });
});
