import { afterEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../../server/running.js';
import { type Listening, startListening } from './listening.js';

let listening: Listening | undefined;

afterEach(() => listening?.stop());

/** What arrived, as its length and its first letters. */
async function sendBody(head: string, body: string): Promise<string | undefined> {
  listening = await startListening((call) => ({
    status: 200,
    headers: [],
    body: `${call.body.length}:${call.body.toString('latin1', 0, 4)}`,
  }));
  const { text } = await sendRaw(listening.url, `POST / HTTP/1.1\r\n${head}\r\n${body}`);
  return text.split('\r\n\r\n')[1];
}

describe('the body of a request', () => {
  it('is empty when there is none', async () => {
    expect(await sendBody('', '')).toBe('0:');
    await listening?.stop();
    for (const zero of ['0', '00']) {
      expect(await sendBody(`Content-Length: ${zero}\r\n`, '')).toBe('0:');
      await listening?.stop();
    }
  });

  it('is what was sent, to the last byte of the limit', async () => {
    expect(await sendBody('Content-Length: 1000\r\n', 'x'.repeat(1000))).toBe('1000:xxxx');
  });

  it('is joined when it comes in pieces', async () => {
    const chunks = `2\r\nab\r\n2\r\ncd\r\n1\r\ne\r\n0\r\n\r\n`;
    expect(await sendBody('Transfer-Encoding: chunked\r\n', chunks)).toBe('5:abcd');
  });
});
