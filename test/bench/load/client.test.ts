import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../src/bench/load/client.js';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../model-server.js';

const QUESTION = { name: 'q', body: Buffer.from('hello'), contentType: 'text/plain', expectation: undefined };
let server: ModelServer | undefined;
let broken: Server | undefined;
let client: Client;

afterEach(async () => {
  client.close();
  await server?.stop();
  await new Promise((resolve) => (broken ? broken.close(resolve) : resolve(undefined)));
  server = undefined;
  broken = undefined;
});

async function open(options: ModelServerOptions, timeoutMs = 5000, signal = new AbortController().signal) {
  server = await startModelServer(options);
  client = createClient({ url: `${server.origin}/predictions/echo`, connections: 2, timeoutMs, signal });
  return client;
}

describe('the client', () => {
  it('sends the body with its content type and gives status, text and time', async () => {
    const { ask } = await open({ answer: (body) => ({ status: 418, text: `${body}!` }), delayMs: 20 });
    const reply = await ask(QUESTION);
    expect(reply).toMatchObject({ status: 418, text: 'hello!' });
    expect(reply.ms).toBeGreaterThanOrEqual(15);
    expect(server?.contentTypes).toEqual(['text/plain']);
  });

  it('gives up when no answer comes in time', async () => {
    const { ask } = await open({ answer: () => undefined }, 50);
    await expect(ask(QUESTION)).rejects.toThrowError('no answer within 0.05 s');
  });

  it('lets a request go when it is interrupted', async () => {
    const interruption = new AbortController();
    const { ask } = await open({ answer: () => undefined }, 5000, interruption.signal);
    const asked = ask(QUESTION);
    interruption.abort();
    await expect(asked).rejects.toThrowError();
  });

  it.each([
    ['breaks', true, 'the answer broke off'],
    ['stalls', false, 'no answer within 0.3 s'],
  ])('fails when an answer %s in the middle', async (_how, breaks, message) => {
    broken = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      if (breaks) setTimeout(() => response.destroy(), 10);
    });
    await new Promise<void>((resolve) => broken?.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/`;
    client = createClient({ url, connections: 1, timeoutMs: 300, signal: new AbortController().signal });
    await expect(client.ask(QUESTION)).rejects.toThrowError(message);
  });

  it('sends a request again whose used connection ended before anything of the answer came', async () => {
    const asked: number[] = [];
    broken = createServer((request, response) => {
      const count = asked.push(request.socket.remotePort ?? 0);
      if (count === 2) request.socket.resetAndDestroy();
      else response.end('whole');
    });
    await new Promise<void>((resolve) => broken?.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/`;
    client = createClient({ url, connections: 1, timeoutMs: 3000, signal: new AbortController().signal });
    expect(await client.ask(QUESTION)).toMatchObject({ text: 'whole', reconnects: 0 });
    expect(await client.ask(QUESTION)).toMatchObject({ text: 'whole', reconnects: 1 });
    expect(asked).toHaveLength(3);
    expect(asked[1]).toBe(asked[0]);
    expect(asked[2]).not.toBe(asked[0]);
  });

  it('does not send a request again whose new connection ended', async () => {
    let asked = 0;
    broken = createServer((request) => {
      asked += 1;
      request.socket.resetAndDestroy();
    });
    await new Promise<void>((resolve) => broken?.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/`;
    client = createClient({ url, connections: 1, timeoutMs: 3000, signal: new AbortController().signal });
    await expect(client.ask(QUESTION)).rejects.toThrowError(/ECONNRESET|hang up/);
    expect(asked).toBe(1);
  });

  it('keeps no more connections than it was given', async () => {
    const { ask } = await open({ delayMs: 10 });
    await Promise.all(Array.from({ length: 8 }, () => ask(QUESTION)));
    expect(server?.mostAtOnce).toBe(2);
  });
});
