import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ReplayDemand, replay, whyFailed } from '../../../src/bench/replay/replay.js';
import { type Answer, type AnsweringServer, type Seen, startAnswering } from './answering.js';

let folder: string;
let servers: AnsweringServer[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true });
});

async function start(answer: (seen: Seen) => Answer, delayMs = 0): Promise<AnsweringServer> {
  const server = await startAnswering(answer, delayMs);
  servers.push(server);
  return server;
}

/** Requests that came `everyMs` apart. */
function record(bodies: readonly string[], everyMs = 0): string {
  const file = join(folder, 'requests.jsonl');
  const lines = bodies.map((body, index) => {
    const time = new Date(1_700_000_000_000 + index * everyMs).toISOString();
    return JSON.stringify({ time, method: 'POST', path: '/predictions/noop', headers: {}, body });
  });
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function demand(file: string, to: string, changes: Partial<ReplayDemand> = {}): ReplayDemand {
  return {
    file,
    to,
    diff: undefined,
    pace: { kind: 'fast' },
    connections: 8,
    timeoutMs: 5000,
    tolerance: 1e-5,
    headers: {},
    skipBroken: false,
    ...changes,
  };
}

const silent = { begin() {}, at() {} };
const never = () => new AbortController().signal;
const echo = ({ body }: Seen): Answer => ({ body: `[${body}]` });

describe('a replay', () => {
  it('sends every request and counts the answers', async () => {
    const server = await start(({ body }) => ({ status: String(body) === '2' ? 503 : 200, body: 'x' }));
    const done: number[] = [];
    const progress = { begin() {}, at: (count: number) => void done.push(count) };
    const result = await replay(demand(record(['1', '2', '3']), server.url), never(), progress);
    expect(server.seen.map(({ body }) => String(body)).sort()).toEqual(['1', '2', '3']);
    expect(result).toMatchObject({
      recording: { requests: 3, leftOut: 0, broken: [] },
      targets: [{ sent: 3, statuses: { 200: 2, 503: 1 }, latency: { count: 2 } }],
      comparison: undefined,
      interrupted: false,
    });
    expect(done).toEqual([1, 2, 3]);
    expect(whyFailed(result)).toBeUndefined();
  });

  it('keeps the recorded distances, or a multiple of them', async () => {
    const server = await start(echo);
    const file = record(['1', '2', '3'], 200);
    await replay(demand(file, server.url, { pace: { kind: 'recorded', factor: 2 } }), never(), silent);
    const [first, , last] = server.seen.map(({ atMs }) => atMs);
    // Timers may be late, never early.
    expect((last ?? 0) - (first ?? 0)).toBeGreaterThan(150);
  });

  it('keeps a rate of its own', async () => {
    const server = await start(echo);
    const pace = { kind: 'rate', requestsPerSecond: 20 } as const;
    const result = await replay(
      demand(record(['1', '2', '3', '4', '5']), server.url, { pace }),
      never(),
      silent,
    );
    expect(result.seconds).toBeGreaterThanOrEqual(0.19);
    expect(server.seen).toHaveLength(5);
  });

  it('has no more requests under way than connections', async () => {
    const server = await start(echo, 20);
    const bodies = Array.from({ length: 12 }, (_, index) => String(index));
    await replay(demand(record(bodies), server.url, { connections: 3 }), never(), silent);
    expect(server.seen).toHaveLength(12);
    expect(server.mostAtOnce).toBe(3);
  });

  it('says how late requests were when connections ran out, and counts that as latency', async () => {
    const server = await start(echo, 100);
    const pace = { kind: 'rate', requestsPerSecond: 1000 } as const;
    const result = await replay(
      demand(record(['1', '2', '3']), server.url, { pace, connections: 1 }),
      never(),
      silent,
    );
    expect(result.latestMs).toBeGreaterThan(150);
    expect(result.targets[0]?.latency.maxMs).toBeGreaterThan(250);
  });

  it('compares the answers of two servers', async () => {
    const one = await start(echo);
    const other = await start(({ body }) => ({
      body: `[${Number(body) + (String(body) === '2' ? 0.5 : 1e-7)}]`,
    }));
    const result = await replay(
      demand(record(['1', '2', '3']), one.url, { diff: other.url }),
      never(),
      silent,
    );
    expect(result.comparison).toEqual({
      compared: 3,
      different: 1,
      differences: [{ line: 2, method: 'POST', path: '/predictions/noop', fault: '$[0] is 2 against 2.5' }],
    });
    expect(whyFailed(result)).toMatchObject({
      code: 'REPLAY_DIFFERS',
      exitCode: 1,
      message: '1 of 3 answers differ, the first one of line 2: $[0] is 2 against 2.5.',
    });
    const wide = demand(record(['1', '2', '3']), one.url, { diff: other.url, tolerance: 0.5 });
    expect(whyFailed(await replay(wide, never(), silent))).toBeUndefined();
  });

  it('is no success when no request succeeds', async () => {
    const server = await start(() => ({ status: 404, body: 'no such model' }));
    const failure = whyFailed(await replay(demand(record(['1']), server.url), never(), silent));
    expect(failure).toMatchObject({
      code: 'REPLAY_FAILED',
      message: expect.stringContaining('no such model'),
    });
    const gone = await replay(demand(record(['1']), 'http://127.0.0.1:1'), never(), silent);
    expect(whyFailed(gone)).toMatchObject({ code: 'REPLAY_FAILED', exitCode: 1 });
  });

  it('ends when a server no longer answers, however long the recording is', async () => {
    const bodies = Array.from({ length: 400 }, (_, index) => String(index));
    const gone = await replay(demand(record(bodies), 'http://127.0.0.1:1'), never(), silent);
    expect(gone.endedAlone).toBe(true);
    expect(gone.targets[0]?.sent).toBeGreaterThanOrEqual(100);
    expect(gone.targets[0]?.sent).toBeLessThan(120);
    expect(whyFailed(gone)).toMatchObject({ code: 'REPLAY_FAILED' });
    const server = await start(echo);
    const progress = { begin() {}, at: (done: number) => void (done === 20 && server.stop()) };
    const file = record(bodies, 2);
    const request = demand(file, server.url, { pace: { kind: 'recorded', factor: 1 } });
    const left = await replay(request, never(), progress);
    expect(left.targets[0]?.succeeded).toBeGreaterThanOrEqual(20);
    expect(whyFailed(left)).toMatchObject({
      code: 'REPLAY_GONE',
      message: expect.stringContaining(`${server.url} stopped answering: 100 requests in a row`),
    });
  });

  it('sends nothing when lines are broken, unless they are to be passed over', async () => {
    const server = await start(echo);
    const file = record(['1']);
    writeFileSync(file, '{\n', { flag: 'a' });
    await expect(replay(demand(file, server.url), never(), silent)).rejects.toMatchObject({
      code: 'REPLAY_LINES',
      message: expect.stringContaining('line 2'),
    });
    expect(server.seen).toHaveLength(0);
    const result = await replay(demand(file, server.url, { skipBroken: true }), never(), silent);
    expect(result).toMatchObject({ recording: { broken: [2] }, targets: [{ sent: 1 }] });
  });

  it('names some broken lines of many', async () => {
    const file = join(folder, 'broken');
    writeFileSync(file, 'x\n'.repeat(30));
    await expect(replay(demand(file, 'http://127.0.0.1:1'), never(), silent)).rejects.toMatchObject({
      message: expect.stringContaining('line 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more'),
    });
  });

  it('needs something to send', async () => {
    const file = join(folder, 'empty');
    writeFileSync(file, '\n');
    await expect(replay(demand(file, 'http://127.0.0.1:1'), never(), silent)).rejects.toMatchObject({
      code: 'REPLAY_EMPTY',
      message: expect.stringMatching(/: it is empty\.$/),
    });
    writeFileSync(file, 'x\n');
    const broken = replay(demand(file, 'http://127.0.0.1:1', { skipBroken: true }), never(), silent);
    await expect(broken).rejects.toThrowError('every line is broken');
  });

  it('keeps what was answered before it was interrupted', async () => {
    const interruption = new AbortController();
    const server = await start(({ body }) => {
      if (String(body) !== '2') return { body: 'x' };
      setTimeout(() => interruption.abort(new Error('enough')), 10);
      return 'never';
    });
    const file = record(['1', '2', '3']);
    const result = await replay(demand(file, server.url, { connections: 1 }), interruption.signal, silent);
    expect(result).toMatchObject({ interrupted: true, targets: [{ sent: 1, unanswered: 0 }] });
    expect(whyFailed(result)).toBeUndefined();
  });
});
