import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type IdleServer, startIdleServer } from '../../../src/bench/load/idle-server.js';

let server: IdleServer;
afterEach(() => server.close());

describe('the server that does nothing', () => {
  it('answers each request with its bytes, over connections that stay open', async () => {
    server = await startIdleServer(Buffer.from('right'));
    for (const body of ['x', 'y'.repeat(200_000), '']) {
      const response = await fetch(`${server.origin}/predictions/any`, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([200, 'right']);
    }
  });

  it('tells requests apart that come together or in pieces', async () => {
    server = await startIdleServer(Buffer.from('!'));
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    let answered = '';
    socket.on('data', (bytes) => {
      answered += bytes;
    });
    const request = 'POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody';
    const text = `${request}GET / HTTP/1.1\r\n\r\n${request}`;
    for (const [from, to] of [
      [0, 20],
      [20, 41],
      [41, 60],
      [60, text.length],
    ]) {
      socket.write(text.slice(from, to));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect.poll(() => answered.match(/200 OK/g)?.length).toBe(3);
    socket.destroy();
  });

  it('lets its connections go when it is closed', async () => {
    server = await startIdleServer(Buffer.from('x'));
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await server.close();
    await closed;
  });
});
