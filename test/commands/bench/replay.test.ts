import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnsweringServer, startAnswering } from '../../bench/replay/answering.js';
import { runServer, type TestServer } from '../../server/running.js';
import { type Ended, runBench } from './run-command.js';

let folder: string;
let servers: (AnsweringServer | TestServer)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-replay-test-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const replay = (...words: string[]): Promise<Ended> => runBench(folder, 'replay', ...words).ended;

async function serve(keys: Record<string, string> = {}): Promise<TestServer> {
  const models = { reflect: { handler: 'reflect.mjs' } };
  const server = await runServer({ models, keys: { load_models: 'reflect', ...keys } });
  servers.push(server);
  return server;
}

describe('ts bench replay', () => {
  it('sends what a server recorded to two others, which answer alike', async () => {
    const file = join(folder, 'requests.jsonl');
    const recording = await serve({ record_requests: file });
    const headers = { 'content-type': 'application/octet-stream' };
    const url = `${recording.inference}/predictions/reflect?a=1`;
    const bodies = ['[1, 2]', Buffer.from([0, 255])].map((text) => new Uint8Array(Buffer.from(text)));
    for (const body of bodies) await fetch(url, { method: 'POST', headers, body });
    recording.server.flush();
    const [one, other] = [await serve(), await serve()];
    const to = ['--to', one.inference, '--diff', other.inference];
    const { status, stdout, stderr } = await replay(file, ...to, '--as-fast-as-possible', '--json');
    expect(JSON.parse(stdout), stderr).toMatchObject({
      recording: { requests: 2, leftOut: 0, broken: [] },
      targets: [{ statuses: { 200: 2 } }, { statuses: { 200: 2 } }],
    });
    expect(JSON.parse(stdout).comparison).toEqual({ compared: 2, different: 0, differences: [] });
    expect(status).toBe(0);
  }, 60_000);

  it('prints a table, and fails when answers differ', async () => {
    const file = join(folder, 'requests.jsonl');
    const line = {
      time: '2024-05-30T21:46:03.625Z',
      method: 'POST',
      path: '/predictions/a',
      headers: {},
      body: '1',
    };
    writeFileSync(file, `${JSON.stringify(line)}\n`);
    const one = await startAnswering(() => ({ body: '{"score": 0.1}' }));
    const other = await startAnswering(() => ({ body: '{"score": 0.2}' }));
    servers.push(one, other);
    const words = [file, '--to', one.url, '--diff', other.url, '--header', 'authorization: Bearer me'];
    const { status, stdout, stderr } = await replay(...words);
    expect(status).toBe(1);
    expect(stdout).toContain('as recorded: 1 of 1 requests');
    expect(stdout).toContain('line 1, POST /predictions/a: $.score is 0.1 against 0.2');
    expect(stderr).toContain('1 of 1 answers differ');
    expect(one.seen[0]?.headers.authorization).toBe('Bearer me');
    expect(await replay(...words, '--tolerance', '0.2')).toMatchObject({ status: 0 });
  });

  it('names broken lines and sends nothing', async () => {
    const server = await startAnswering(() => ({ body: 'x' }));
    servers.push(server);
    writeFileSync(join(folder, 'broken.jsonl'), '\nno\n');
    const { status, stdout, stderr } = await replay('broken.jsonl', '--to', server.url);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('broken.jsonl has 1 broken line: line 2. Nothing was sent.');
    expect(server.seen).toEqual([]);
  });

  it.each([
    [['x.jsonl'], 2, 'to'],
    [['x.jsonl', '--to', 'https://a'], 2, '--to https://a'],
    [['x.jsonl', '--to', 'http://a', '--pace', 'fast'], 2, '--pace fast'],
    [['x.jsonl', '--to', 'http://a', '--pace', '2x', '--rate', '5'], 2, 'rate'],
    [['x.jsonl', '--to', 'http://a', '--header', 'a'], 2, '--header a'],
    [['x.jsonl', '--to', 'http://a'], 1, 'x.jsonl cannot be read'],
  ])('refuses %j', async (words, code, complaint) => {
    const { status, stderr } = await replay(...words);
    expect(status).toBe(code);
    expect(stderr).toContain(complaint);
  });
});
