import { afterEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/api/http/call.js';
import { sendRaw } from '../../server/running.js';
import { type Listening, startListening } from './listening.js';

let listening: Listening | undefined;

afterEach(() => listening?.stop());

async function answerTo(reply: Reply, method = 'GET'): Promise<string> {
  listening = await startListening(() => reply);
  return (await sendRaw(listening.url, `${method} / HTTP/1.1\r\n\r\n`)).text;
}

describe('writing an answer', () => {
  it('keeps the reason of the handler, also when it is empty', async () => {
    const empty = await answerTo({ status: 200, reason: '', headers: [], body: '' });
    expect(empty.split('\r\n')[0]).toBe('HTTP/1.1 200 ');
    await listening?.stop();
    const own = await answerTo({ status: 201, reason: 'Made', headers: [], body: '' });
    expect(own.split('\r\n')[0]).toBe('HTTP/1.1 201 Made');
  });

  it('changes no byte, in small bodies and large ones', async () => {
    for (const size of [256, 40_000]) {
      const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index % 256));
      const text = await answerTo({
        status: 200,
        headers: [],
        body: [bytes.subarray(0, 100), bytes.subarray(100)],
      });
      expect(Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1').equals(bytes)).toBe(true);
      await listening?.stop();
    }
  });

  it('counts bytes, not characters', async () => {
    const text = await answerTo({ status: 200, headers: [], body: 'zürich' });
    expect(text).toContain('content-length: 7\r\n');
  });

  it('lets a handler set headers, but not those of the connection', async () => {
    const headers = [
      'X-Extra',
      'mine',
      'Content-Length',
      '1',
      'connection',
      'upgrade',
      'x-request-id',
      'forged',
    ];
    const text = await answerTo({ status: 200, headers, body: 'four' });
    expect(text).toContain('X-Extra: mine\r\n');
    expect(text).not.toContain('x-extra: always');
    expect(text).toContain('content-length: 4\r\n');
    expect(text).toContain('connection: keep-alive\r\n');
    expect(text).not.toContain('forged');
  });

  it('sends no body to HEAD', async () => {
    const text = await answerTo({ status: 200, headers: [], body: 'four' }, 'HEAD');
    expect(text).toContain('content-length: 4\r\n');
    expect(text.endsWith('\r\n\r\n')).toBe(true);
  });
});
