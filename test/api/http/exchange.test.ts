import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Connection, Exchange } from '../../../src/api/http/exchange.js';
import { Job } from '../../../src/core/job.js';

function connection(parts: Partial<Socket> = {}): Connection {
  return new Connection({ remoteAddress: '127.0.0.1', remotePort: 5, ...parts } as Socket);
}

function exchange(url: string, on = connection()): Exchange {
  const request = { url, method: 'PUT', httpVersion: '1.1', headers: {}, rawHeaders: [] };
  return new Exchange({
    id: 'id',
    request: request as unknown as IncomingMessage,
    response: {} as ServerResponse,
    connection: on,
    pieces: [Buffer.from('a'), Buffer.from('b')],
    startedAt: 10,
  });
}

function job(): Job {
  return new Job({ id: 'id', model: 'm', verb: 'predict', headers: {}, parts: [] }, { admittedAt: 0 });
}

describe('an exchange', () => {
  it('parts the path from the query', () => {
    expect(exchange('/a/b?c=d?e')).toMatchObject({ path: '/a/b', query: 'c=d?e' });
    expect(exchange('/a')).toMatchObject({ path: '/a', query: '' });
  });

  it('joins the pieces of its body when it is asked for', () => {
    const { body, pieces } = exchange('/a');
    expect(body.toString()).toBe('ab');
    expect(pieces).toHaveLength(2);
  });

  it('gives the access log the URL as it came', () => {
    expect(exchange('/a?b').facts(200, 12.5)).toEqual({
      remote: '/127.0.0.1:5',
      method: 'PUT',
      uri: '/a?b',
      protocol: 'HTTP/1.1',
      status: 200,
      durationMs: 2.5,
    });
  });
});

describe('a connection', () => {
  it('is named as TorchServe names it', () => {
    expect(connection({ remoteAddress: undefined }).remote).toBe('127.0.0.1');
    expect(connection({ remoteAddress: '::1', remoteFamily: 'IPv6' }).remote).toBe('/[::1]:5');
  });

  it('cancels the jobs that are bound to it when it ends, but not those that were answered', () => {
    const on = connection();
    const [waiting, answered] = [job(), job()];
    const [first, second] = [exchange('/', on), exchange('/', on)];
    first.bind(waiting);
    second.bind(answered);
    second.release();
    on.gone();
    expect(waiting.settled).toBe(true);
    expect(answered.settled).toBe(false);
    expect(first.abandoned).toBe(true);
  });

  it('cancels at once what is bound to it afterwards', () => {
    const on = connection();
    on.gone();
    const late = job();
    exchange('/', on).bind(late);
    expect(late.settled).toBe(true);
  });
});
