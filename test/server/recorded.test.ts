import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordedRequest } from '../../src/core/recorded-request.js';
import { runServer, type TestServer } from './running.js';

let running: TestServer | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(keys: Record<string, string>): Promise<TestServer> {
  const models = { reflect: { handler: 'reflect.mjs' } };
  running = await runServer({ models, keys: { load_models: 'reflect', ...keys } });
  return running;
}

function recordedIn({ server, folder }: TestServer): RecordedRequest[] {
  server.flush();
  const lines = readFileSync(join(folder, 'requests.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as RecordedRequest);
}

describe('a server that records requests', () => {
  it('records those of the inference API, also the ones it refuses', async () => {
    const server = await start({ record_requests: 'requests.jsonl' });
    const headers = { authorization: 'Bearer s3cret', 'content-type': 'application/json' };
    await fetch(`${server.inference}/predictions/reflect?a=1`, { method: 'POST', body: '[1]', headers });
    await fetch(`${server.inference}/predictions/nothing`, { method: 'POST', body: 'x' });
    await fetch(`${server.inference}/ping`);
    await fetch(`${server.inference}/`, { method: 'OPTIONS' });
    await fetch(`${server.management}/models`);
    const [first, second, ...more] = recordedIn(server);
    expect(first).toMatchObject({ method: 'POST', path: '/predictions/reflect?a=1', body: '[1]' });
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: '[redacted]',
    });
    expect(Math.abs(Date.now() - Date.parse(first?.time ?? ''))).toBeLessThan(60_000);
    expect(second).toMatchObject({ path: '/predictions/nothing', body: 'x' });
    expect(more).toEqual([]);
  });

  it('has written everything once it has stopped', async () => {
    const server = await start({ record_requests: 'requests.jsonl' });
    await fetch(`${server.inference}/predictions/reflect`, { method: 'POST', body: 'last' });
    await server.server.stop();
    expect(recordedIn(server)).toHaveLength(1);
  });

  it('records nothing unless it is asked to', async () => {
    const server = await start({});
    await fetch(`${server.inference}/predictions/reflect`, { method: 'POST', body: 'x' });
    expect(existsSync(join(server.folder, 'requests.jsonl'))).toBe(false);
  });
});
