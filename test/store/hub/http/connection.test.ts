import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connection } from '../../../../src/store/hub/http/connection.js';

async function connectTo(answer: (socket: Socket) => void): Promise<Connection> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { signal } = new AbortController();
  const buffer = Buffer.alloc(4096);
  const connection = await Connection.open({ origin, proxy: undefined, timeoutMs: 2000, buffer, signal });
  onTestFinished(() => {
    connection.close();
    server.close();
  });
  return connection;
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

describe('a connection', () => {
  it('is idle, busy while it waits for an answer, and idle again', async () => {
    const connection = await connectTo((socket) => socket.on('data', () => socket.write(OK)));
    expect(connection.state).toBe('idle');
    const answer = connection.ask('GET / HTTP/1.1\r\n\r\n', 1000, () => () => undefined);
    expect(connection.state).toBe('busy');
    expect((await answer).status).toBe(200);
    expect(connection.state).toBe('idle');
  });

  it('is of no more use when more comes than was asked for', async () => {
    const connection = await connectTo((socket) => socket.on('data', () => socket.write(`${OK}more`)));
    let body = '';
    await connection.ask('GET / HTTP/1.1\r\n\r\n', 1000, () => (piece) => (body += piece));
    expect(body).toBe('ok');
    expect(connection.state).toBe('closed');
  });

  it('says whether anything of an answer had come when it failed', async () => {
    const silent = await connectTo((socket) => socket.once('data', () => socket.destroy()));
    await expect(silent.ask('GET / HTTP/1.1\r\n\r\n', 1000, () => () => undefined)).rejects.toThrow();
    expect(silent.answered).toBe(false);
    const begun = await connectTo((socket) => socket.once('data', () => socket.end(OK.slice(0, -1))));
    await expect(begun.ask('GET / HTTP/1.1\r\n\r\n', 1000, () => () => undefined)).rejects.toThrow(
      'too early',
    );
    expect(begun.answered).toBe(true);
  });
});
