import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { HttpClient } from '../../../../src/store/hub/http/client.js';
import type { ProxyFor } from '../../../../src/store/hub/http/proxy.js';

const clients: HttpClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function makeClient(idleTimeoutMs = 2000, proxyFor: ProxyFor = () => undefined): HttpClient {
  const client = new HttpClient({ proxyFor, connectTimeoutMs: 2000, idleTimeoutMs, userAgent: 'test' });
  clients.push(client);
  return client;
}

async function serve(server: Server | ReturnType<typeof createTcp>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(client: HttpClient, url: string, headers: Record<string, string> = {}) {
  let body = '';
  const { signal } = new AbortController();
  const head = await client.get(new URL(url), { headers, signal, receive: () => (piece) => (body += piece) });
  return { status: head.status, body };
}

describe('a GET request', () => {
  it('gets its answer whole, and the next one goes over the same connection', async () => {
    const sockets = new Set<unknown>();
    const url = await serve(
      createServer(({ url: path, headers, socket }, response) => {
        sockets.add(socket);
        if (path === '/chunked') response.write('a little ');
        response.end(`${path} ${headers['x-mine'] ?? ''} ${headers['accept-encoding']}`);
      }),
    );
    const client = makeClient();
    expect(await read(client, `${url}/a?b=c`, { 'x-mine': 'yes' })).toEqual({
      status: 200,
      body: '/a?b=c yes identity',
    });
    expect((await read(client, `${url}/chunked`)).body).toBe('a little /chunked  identity');
    expect(sockets.size).toBe(1);
  });

  it('cannot be made to send headers of another by a line end in a value', async () => {
    const url = await serve(createServer(({ headers }, response) => response.end(String(headers['x-evil']))));
    expect((await read(makeClient(), url, { 'x-a': 'b\r\nx-evil: 1' })).body).toBe('undefined');
  });

  it('is sent again when the connection that was kept is closed meanwhile', async () => {
    const server = createServer((_, response) => response.end('fine'));
    const url = await serve(server);
    const client = makeClient();
    await read(client, url);
    server.closeIdleConnections();
    expect((await read(client, url)).body).toBe('fine');
  });

  it('skips announcements, and answers before the whole head has come are put together', async () => {
    const answer = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
    const url = await serve(
      createTcp((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', async () => {
          for (const letter of answer) {
            socket.write(letter);
            await new Promise((resolve) => setImmediate(resolve));
          }
        });
      }),
    );
    expect(await read(makeClient(), url)).toEqual({ status: 200, body: 'ok' });
  });

  it.each([
    ['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 'the connection ended 5 bytes too early'],
    ['', 'the connection was closed without an answer'],
    ['SSH-2.0-x\r\n\r\n', 'it does not answer in HTTP/1'],
    [`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`, 'the head of its answer is too long'],
  ])('fails with the reason when the answer is broken (%#)', async (answer, reason) => {
    const url = await serve(
      createTcp((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(answer));
      }),
    );
    await expect(read(makeClient(), url)).rejects.toThrow(reason);
  });

  it('fails when nothing comes any more, when nobody is there, and when it is interrupted', async () => {
    const url = await serve(createServer((_, response) => response.write('begun')));
    await expect(read(makeClient(50), url)).rejects.toThrow('nothing came for 50 ms');
    await expect(read(makeClient(), 'http://127.0.0.1:9')).rejects.toThrow('ECONNREFUSED');
    const controller = new AbortController();
    const stopped = makeClient().get(new URL(url), {
      signal: controller.signal,
      receive: () => () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow('interrupted');
  });

  it('ends with what its receiver threw', async () => {
    const url = await serve(createServer((_, response) => response.end('body')));
    const { signal } = new AbortController();
    const mine = new Error('mine');
    const throwing = () => {
      throw mine;
    };
    await expect(makeClient().get(new URL(url), { signal, receive: throwing })).rejects.toBe(mine);
    await expect(makeClient().get(new URL(url), { signal, receive: () => throwing })).rejects.toBe(mine);
  });

  it('asks a proxy for the whole address, with its password', async () => {
    const url = await serve(
      createServer(({ url: path, headers }, response) =>
        response.end(`${path} ${headers['proxy-authorization']}`),
      ),
    );
    const proxy = new URL(url.replace('//', '//me:secret@'));
    const client = makeClient(2000, () => proxy);
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect((await read(client, 'http://hub.invalid/x?y')).body).toBe(`http://hub.invalid/x?y ${basic}`);
  });
});
