import { afterEach, describe, expect, it } from 'vitest';
import type { ReplayRequest } from '../../../src/bench/replay/recording.js';
import { createSender, type SenderOptions } from '../../../src/bench/replay/send.js';
import { type Answer, type AnsweringServer, startAnswering } from './answering.js';

const REQUEST: ReplayRequest = {
  line: 1,
  timeMs: 0,
  method: 'PUT',
  path: '/predictions/noop?a=%20',
  headers: { 'x-own': '1', 'x-given': 'recorded' },
  body: Buffer.from([1, 255]),
};

let server: AnsweringServer;
afterEach(() => server.stop());

async function send(answer: Answer, changes: Partial<SenderOptions> = {}, request = REQUEST) {
  server = await startAnswering(() => answer);
  const signal = new AbortController().signal;
  const options = { url: server.url, connections: 1, timeoutMs: 5000, headers: {}, signal, ...changes };
  const sender = createSender(options);
  try {
    return await sender.send(request);
  } finally {
    sender.close();
  }
}

describe('sending a recorded request', () => {
  it('repeats all of it, with the given headers in place of recorded ones', async () => {
    const answer = await send(
      { status: 201, body: Buffer.from([0, 254]) },
      { headers: { 'x-given': 'now' } },
    );
    expect(answer).toEqual({ kind: 'answered', status: 201, body: Buffer.from([0, 254]) });
    expect(server.seen[0]).toMatchObject({
      method: 'PUT',
      path: '/predictions/noop?a=%20',
      body: Buffer.from([1, 255]),
    });
    expect(server.seen[0]?.headers).toMatchObject({ 'x-own': '1', 'x-given': 'now', 'content-length': '2' });
  });

  it('sends no body where there was none', async () => {
    await send({ body: 'x' }, {}, { ...REQUEST, method: 'GET', body: Buffer.alloc(0) });
    expect(server.seen[0]?.headers).not.toHaveProperty('content-length');
  });

  it('never goes to another host, whatever the path', async () => {
    await send({ body: 'x' }, {}, { ...REQUEST, path: '//192.0.2.1/steal' });
    expect(server.seen[0]?.path).toBe('//192.0.2.1/steal');
  });

  it('says why there is no answer', async () => {
    expect(await send('hang up')).toMatchObject({
      kind: 'unanswered',
      reason: expect.stringContaining('hang up'),
    });
    await server.stop();
    expect(await send('never', { timeoutMs: 100 })).toEqual({
      kind: 'unanswered',
      reason: 'no answer within 0.1 s',
    });
    await server.stop();
    const gone = await send('never', { url: 'http://127.0.0.1:1' });
    expect(gone).toMatchObject({ kind: 'unanswered', reason: expect.stringContaining('ECONNREFUSED') });
    await server.stop();
    expect(await send('never', { signal: AbortSignal.abort() })).toEqual({
      kind: 'unanswered',
      reason: 'interrupted',
    });
  });
});
