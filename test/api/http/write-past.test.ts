import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/api/http/call.js';
import { sendRaw } from '../../server/running.js';
import { type Listening, startListening } from './listening.js';

let listening: Listening | undefined;

afterEach(() => listening?.stop());

const reply = (body: string, status = 200): Reply => ({ status, headers: [], body });

/** Bodies of the answers to requests that are sent together, in the order they came back. */
async function bodiesOf(
  paths: readonly string[],
  answer: (path: string) => Promise<Reply>,
): Promise<string[]> {
  listening = await startListening((call) => answer(call.path));
  const { text } = await sendRaw(listening.url, paths.map((path) => `GET ${path} HTTP/1.1\r\n\r\n`).join(''));
  return text
    .split('HTTP/1.1 ')
    .slice(1)
    .map((one) => one.slice(one.indexOf('\r\n\r\n') + 4));
}

describe('an answer written past the response of Node', () => {
  it('keeps its place among answers to requests that were sent ahead', async () => {
    const delays: Readonly<Record<string, number>> = { '/slow': 120, '/quick': 0, '/middle': 60 };
    const bodies = await bodiesOf(['/slow', '/quick', '/middle', '/quick'], async (path) => {
      await sleep(delays[path] ?? 0);
      return reply(path);
    });
    expect(bodies).toEqual(['/slow', '/quick', '/middle', '/quick']);
  });

  it('leaves the connection ready for many more requests', async () => {
    const paths = Array.from({ length: 200 }, (_, number) => `/${number}`);
    expect(await bodiesOf(paths, async (path) => reply(path))).toEqual(paths);
  });

  it('lets an idle connection end after the time it may stay open', async () => {
    listening = await startListening(() => reply('hi'), { keepAliveMs: 100 });
    const { text, closed } = await sendRaw(listening.url, 'GET / HTTP/1.1\r\n\r\n', 3000);
    expect(text).toContain('connection: keep-alive\r\n');
    expect(closed).toBe(true);
  });

  it('does not keep a server from closing at once', async () => {
    listening = await startListening(() => reply('hi'), { keepAliveMs: 60_000 });
    const { url, listener } = listening;
    const open = sendRaw(url, 'GET / HTTP/1.1\r\n\r\n', 5000);
    await expect.poll(() => listening?.answered.length).toBe(1);
    await listener.close();
    expect((await open).closed).toBe(true);
  });

  it('is not used where the client will not keep the connection, or speaks HTTP/1.0', async () => {
    listening = await startListening(() => reply('hi'));
    for (const head of ['GET / HTTP/1.1\r\nConnection: close', 'GET / HTTP/1.0']) {
      const { text, closed } = await sendRaw(listening.url, `${head}\r\n\r\n`, 3000);
      expect(text).toContain('connection: close\r\n');
      expect(text.endsWith('\r\n\r\nhi')).toBe(true);
      expect(closed).toBe(true);
    }
  });

  it('has no body where HTTP allows none', async () => {
    for (const status of [204, 304]) {
      listening = await startListening(() => reply('nothing', status));
      const { text } = await sendRaw(listening.url, 'GET / HTTP/1.1\r\n\r\n');
      expect(text).not.toContain('nothing');
      await listening.stop();
    }
  });

  it('is an error when a name, a value or a reason would break out of its line', async () => {
    const bad: readonly Partial<Reply>[] = [
      { reason: 'OK\r\nx-forged: 1' },
      { headers: ['x-a\r\nx-forged', '1'] },
      { headers: ['x-a', '1\r\nx-forged: 1'] },
    ];
    for (const part of bad) {
      listening = await startListening(() => ({ ...reply('hi'), ...part }));
      const { text } = await sendRaw(listening.url, 'GET / HTTP/1.1\r\n\r\n');
      expect(text).toMatch(/^HTTP\/1\.1 500 /);
      expect(text).not.toContain('x-forged: 1');
      await listening.stop();
    }
  });
});
