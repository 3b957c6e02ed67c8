import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import autocannon from 'autocannon';
import { afterEach, describe, expect, it } from 'vitest';
import { accountForLost } from '../../../src/bench/load/reconnect.js';

/** What a connection does with its request of this number, from 0. */
type Act = (socket: Socket, index: number, connection: number) => void;

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

/** Ten requests over one connection at a time; each has a number as its body. */
async function load(act: Act) {
  const bodies: string[] = [];
  let connections = 0;
  server = createServer((socket) => {
    const connection = connections++;
    let index = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      bodies.push(String(bytes).split('\r\n\r\n')[1] ?? '');
      act(socket, index++, connection);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const faults: string[] = [];
  let [sentAgain, answered] = [0, 0];
  const longestMs: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const lost = { failed: (fault: string) => faults.push(fault), sentAgain: () => sentAgain++ };
    const run = autocannon(
      {
        url: `http://127.0.0.1:${port}`,
        connections: 1,
        amount: 10,
        timeout: 1,
        sampleInt: 50,
        requests: Array.from({ length: 10 }, (_, body) => ({ method: 'POST', path: '/', body: `${body}` })),
        setupClient: (client) => accountForLost(client, lost),
      },
      (error: Error | null) => (error ? reject(error) : resolve()),
    );
    run.on('response', (_client, _status, _bytes, ms) => {
      answered += 1;
      longestMs.push(ms);
    });
  });
  return { faults, sentAgain, answered, bodies, longestMs: Math.max(...longestMs) };
}

const ALL = Array.from({ length: 10 }, (_, body) => `${body}`);

describe('a request on a connection that ends', () => {
  it.each([
    ['ended', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('is sent again when the connection was used and is %s, and counts once', async (_how, end) => {
    const found = await load((socket, index) => (index < 3 ? socket.write(ANSWER) : end(socket)));
    expect(found).toMatchObject({ faults: [], sentAgain: 3, answered: 10 });
    expect(new Set(found.bodies)).toEqual(new Set(ALL));
  });

  it('is sent again behind an answer that said it was the last one', async () => {
    const found = await load((socket) => socket.end(ANSWER));
    expect(found).toMatchObject({ faults: [], sentAgain: 9, answered: 10 });
  });

  it('counts its time from when it was first sent', async () => {
    const found = await load((socket, index, connection) => {
      if (index < 3 || connection > 0) socket.write(ANSWER);
      else setTimeout(() => socket.end(), 200);
    });
    expect(found).toMatchObject({ sentAgain: 1, answered: 10 });
    expect(found.longestMs).toBeGreaterThan(190);
  });

  it('has failed on a new connection', async () => {
    const found = await load((socket, _, connection) =>
      connection === 0 ? socket.end() : socket.write(ANSWER),
    );
    expect(found).toMatchObject({ faults: ['the connection ended'], sentAgain: 0, answered: 9 });
    expect(found.bodies).toEqual(ALL);
  });

  it('has failed when its second connection ends too', async () => {
    const found = await load((socket, index, connection) =>
      (connection === 0 && index < 3) || connection > 1 ? socket.write(ANSWER) : socket.end(),
    );
    expect(found).toMatchObject({ faults: ['the connection ended'], sentAgain: 1, answered: 9 });
  });

  it('has failed in the middle of its answer, and the next answer is its own', async () => {
    const found = await load((socket, index, connection) =>
      connection === 0 && index === 3 ? socket.end(ANSWER.slice(0, -1)) : socket.write(ANSWER),
    );
    expect(found).toMatchObject({ faults: ['the answer broke off'], sentAgain: 0, answered: 9 });
  });

  it('has failed when it takes too long', async () => {
    const found = await load((socket, index, connection) => {
      if (connection > 0 || index < 3) socket.write(ANSWER);
    });
    expect(found).toMatchObject({ faults: ['request timed out'], sentAgain: 0, answered: 9 });
  });
});
