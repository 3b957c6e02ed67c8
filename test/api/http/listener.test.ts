import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Call, Reply } from '../../../src/api/http/call.js';
import { Job } from '../../../src/core/job.js';
import { sendRaw } from '../../server/running.js';
import { type Listening, startListening } from './listening.js';

let listening: Listening | undefined;

afterEach(() => listening?.stop());

const reply = (body: Reply['body'], status = 200): Reply => ({ status, headers: [], body });

describe('a listener', () => {
  it('hands requests on whole, and answers with the headers of TorchServe', async () => {
    const calls: Call[] = [];
    listening = await startListening((call) => {
      calls.push(call);
      return { ...reply('hi'), headers: ['content-type', 'text/plain'] };
    });
    const answer = await fetch(`${listening.url}/a%20b?x=1`, {
      method: 'POST',
      body: 'abc',
      headers: { 'x-request-id': 'mine', 'X-Two': '2' },
    });
    expect(await answer.text()).toBe('hi');
    const [call] = calls;
    expect(call).toMatchObject({ method: 'POST', path: '/a%20b', query: 'x=1', body: Buffer.from('abc') });
    expect(call?.rawHeaders).toContain('x-request-id');
    expect(Object.fromEntries(answer.headers)).toEqual({
      'cache-control': 'no-cache; no-store, must-revalidate, private',
      connection: 'keep-alive',
      'content-length': '2',
      'content-type': 'text/plain',
      expires: 'Thu, 01 Jan 1970 00:00:00 UTC',
      pragma: 'no-cache',
      'x-extra': 'always',
      'x-request-id': call?.id,
    });
    expect(call?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  });

  it('writes one line for the access log per answer', async () => {
    listening = await startListening(() => reply('hi', 201));
    await fetch(`${listening.url}/a?b=c`);
    expect(listening.answered).toEqual([
      {
        remote: expect.stringMatching(/^\/127\.0\.0\.1:\d+$/),
        method: 'GET',
        uri: '/a?b=c',
        protocol: 'HTTP/1.1',
        status: 201,
        durationMs: expect.any(Number),
      },
    ]);
  });

  it('keeps the connection after an answer and closes it after an error', async () => {
    listening = await startListening(({ path }) => reply('', path === '/bad' ? 404 : 200));
    const good = 'GET /good HTTP/1.1\r\nHost: a\r\n\r\n';
    const two = await sendRaw(listening.url, good + good);
    expect(two.text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(two.closed).toBe(false);
    expect((await sendRaw(listening.url, 'GET /bad HTTP/1.1\r\n\r\n')).closed).toBe(true);
  });

  it('turns what is thrown into an error answer', async () => {
    listening = await startListening(() => {
      throw new Error('oh');
    });
    const answer = await fetch(listening.url);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ code: 500, type: 'InternalServerException', message: 'oh' });
  });

  it('answers 500 when an answer cannot be put into HTTP', async () => {
    listening = await startListening(() => ({ ...reply('x'), headers: ['x-bad', 'a\nb'] }));
    expect((await fetch(listening.url)).status).toBe(500);
  });

  it('reads chunked bodies', async () => {
    listening = await startListening(({ body }) => reply(String(body.length)));
    const sent = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n';
    expect((await sendRaw(listening.url, sent)).text).toMatch(/\r\n\r\n7$/);
  });

  it('tells a client that asks first to go on', async () => {
    listening = await startListening(({ pieces }) => reply(pieces));
    const head = 'POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';
    const { text } = await sendRaw(listening.url, `${head}hi`);
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
    const large = 'POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n';
    expect((await sendRaw(listening.url, large)).text).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each([
    ['announced', `Content-Length: 1001\r\n\r\n${'x'.repeat(1001)}`],
    ['that grows', `Transfer-Encoding: chunked\r\n\r\n${`190\r\n${'x'.repeat(400)}\r\n`.repeat(3)}`],
  ])('answers 413, bare and outside the log, to a body over the limit %s', async (_, rest) => {
    listening = await startListening(() => reply('never'));
    const { text } = await sendRaw(listening.url, `POST / HTTP/1.1\r\n${rest}`);
    expect(text).toBe('HTTP/1.1 413 Request Entity Too Large\r\ncontent-length: 0\r\n\r\n');
    expect(listening.answered).toEqual([]);
  });

  it('answers 400 to what is not HTTP', async () => {
    listening = await startListening(() => reply('never'));
    const { text, closed } = await sendRaw(listening.url, 'HELLO\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"message": "Invalid HTTP message."');
    expect(closed).toBe(true);
  });

  it('answers 431 to a head that does not end', async () => {
    listening = await startListening(() => reply('never'));
    const { text } = await sendRaw(listening.url, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('answers 408 to a head that does not come', async () => {
    listening = await startListening(() => reply('never'), { headersMs: 100 });
    const { text, closed } = await sendRaw(listening.url, 'GET / HTTP/1.1\r\nX:', 2000);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(closed).toBe(true);
  });

  it('passes a stream on piece by piece', async () => {
    listening = await startListening(() =>
      reply(
        Readable.from(
          (async function* () {
            yield Buffer.from('one;');
            await sleep(80);
            yield Buffer.from('two;');
          })(),
        ) as AsyncIterable<Buffer>,
      ),
    );
    const answer = await fetch(listening.url);
    const times: number[] = [];
    let text = '';
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(piece).toString();
      times.push(performance.now());
    }
    expect(text).toBe('one;two;');
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(40);
  });

  it('cuts the connection when a stream breaks', async () => {
    listening = await startListening(() =>
      reply(
        (async function* () {
          yield Buffer.from('one;');
          await sleep(20);
          throw new Error('broke');
        })(),
      ),
    );
    const answer = await fetch(listening.url);
    await expect(answer.text()).rejects.toThrow();
  });

  it('cancels the job of a client that leaves', async () => {
    const jobs: Job[] = [];
    listening = await startListening(async (call) => {
      const job = new Job(
        { id: call.id, model: 'm', verb: 'predict', headers: {}, parts: [] },
        { admittedAt: 0 },
      );
      jobs.push(job);
      call.bind(job);
      await job.answer;
      return reply('late');
    });
    const call = request(listening.url);
    call.on('error', () => {});
    call.end();
    await expect.poll(() => jobs.length).toBe(1);
    call.destroy();
    await expect
      .poll(() => jobs[0]?.outcome)
      .toMatchObject({ kind: 'failed', error: { code: 'CLIENT_GONE' } });
  });

  it('takes no more connections than allowed', async () => {
    listening = await startListening(() => reply('hi'), { maxConnections: 1 });
    const { port = 0 } = listening.listener;
    const first = connect(port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    await expect(fetch(listening.url)).rejects.toThrow();
    first.destroy();
  });

  it('finishes what is under way when it closes, and takes nothing new', async () => {
    listening = await startListening(async () => {
      await sleep(100);
      return reply('done');
    });
    const running = fetch(listening.url);
    await sleep(30);
    const closed = listening.listener.close();
    await expect(fetch(listening.url)).rejects.toThrow();
    const answer = await running;
    expect(await answer.text()).toBe('done');
    expect(answer.headers.get('connection')).toBe('close');
    await closed;
  });

  it('listens on a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ts-unix-'));
    const path = join(folder, 's.sock');
    listening = await startListening(() => reply('hi'), {}, { kind: 'unix', path });
    const status = await new Promise((resolve) => {
      request({ socketPath: path, path: '/' }, (answer) => resolve(answer.statusCode)).end();
    });
    expect(status).toBe(200);
    expect(listening.answered[0]?.remote).toBe('127.0.0.1');
    await listening.stop();
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
