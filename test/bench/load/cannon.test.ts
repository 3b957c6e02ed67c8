import { afterEach, describe, expect, it } from 'vitest';
import { runCannon } from '../../../src/bench/load/cannon.js';
import type { CannonOrder } from '../../../src/bench/load/cannon-messages.js';
import { type AnswerTo, type ModelServer, startModelServer } from '../model-server.js';

let server: ModelServer;
afterEach(() => server.stop());

const order = (over: Partial<CannonOrder> = {}): CannonOrder => ({
  url: `${server.origin}/predictions/echo`,
  questions: ['a', 'b', 'c'].map((text) => ({
    name: text,
    body: Buffer.from(text),
    contentType: 'text/plain',
    expectation: { kind: 'answer', text: `${text}é`, tolerance: 0 },
  })),
  connections: 4,
  durationSec: 0.5,
  warmupSec: 0,
  timeoutMs: 5000,
  ...over,
});
const right: AnswerTo = (body) => ({ text: `${body}é` });
const quiet = { signal: new AbortController().signal, onProgress() {} };

describe('a load from a process of its own', () => {
  it('counts what the server really answered, over its connections, with latencies in fractions', async () => {
    server = await startModelServer({ answer: right, delayMs: 5 });
    const seen: number[] = [];
    const phase = await runCannon(order(), { ...quiet, onProgress: (seconds) => seen.push(seconds) });
    expect(server.mostAtOnce).toBe(4);
    expect(phase?.failed).toBe(0);
    // What is under way at the end is not counted.
    expect(server.bodies.length - (phase?.asked ?? 0)).toBeLessThanOrEqual(4);
    expect(phase?.latency.count).toBe(phase?.asked);
    expect(Number.isInteger(phase?.latency.p50Ms)).toBe(false);
    expect(phase?.latency.p50Ms).toBeGreaterThan(4);
    expect(new Set(server.bodies.map(String))).toEqual(new Set(['a', 'b', 'c']));
    expect(seen.length).toBeGreaterThan(0);
  });

  it('checks every answer against its own question', async () => {
    server = await startModelServer({
      answer: (body) => ({ text: String(body) === 'b' ? 'aé' : `${body}é` }),
    });
    const phase = await runCannon(order(), quiet);
    expect(phase?.failed).toBeGreaterThan(0);
    expect(phase?.fault).toContain('b: the answer is a');
    expect(phase?.latency.count).toBe((phase?.asked ?? 0) - (phase?.failed ?? 0));
  });

  it('goes on with right answers behind an error that ended its connection', async () => {
    const broken = new Set([10, 20, 30]);
    server = await startModelServer({
      answer: (body, index) =>
        broken.has(index) ? { status: 503, text: 'full', close: true } : { text: `${body}é` },
      delayMs: 2,
    });
    const phase = await runCannon(order(), quiet);
    expect(phase?.errors).toEqual({ 'status 503': 3 });
    expect(phase?.reconnects).toBe(3);
    expect(phase?.asked).toBeGreaterThan(100);
    expect(server.bodies.length - (phase?.asked ?? 0)).toBeLessThanOrEqual(4);
  });

  it('answers all of a number of requests although their connections end', async () => {
    server = await startModelServer({ answer: (body) => ({ text: `${body}é`, close: true }) });
    const phase = await runCannon(order({ requests: 50 }), quiet);
    expect(phase).toMatchObject({ asked: 50, failed: 0, reconnects: 46, latency: { count: 50 } });
    expect(server.bodies).toHaveLength(50);
  });

  it('does not count the warm-up', async () => {
    server = await startModelServer({ answer: right, delayMs: 5 });
    const phase = await runCannon(order({ warmupSec: 0.5 }), quiet);
    expect(server.bodies.length).toBeGreaterThan(1.4 * (phase?.asked ?? 0));
    expect(phase?.seconds).toBeLessThan(0.9);
  });

  it('counts failures and comes to an end when nobody is there', async () => {
    server = await startModelServer();
    await server.stop();
    const phase = await runCannon(order({ durationSec: 20 }), quiet);
    expect(phase?.failed).toBeGreaterThan(0);
    expect(phase?.latency.count).toBe(0);
    expect(phase?.fault).toContain('ECONNREFUSED');
  });

  it('comes to an end soon when every answer is a refusal', async () => {
    server = await startModelServer({ answer: () => ({ status: 503, text: 'full' }), delayMs: 1 });
    const phase = await runCannon(order({ durationSec: 20 }), quiet);
    expect(phase?.failed).toBeGreaterThanOrEqual(100);
    expect(phase?.errors).toEqual({ 'status 503': phase?.asked });
    expect(phase?.seconds).toBeLessThan(5);
  }, 15_000);

  it('counts an answer that never comes', async () => {
    server = await startModelServer({ answer: () => undefined });
    const phase = await runCannon(order({ durationSec: 2, timeoutMs: 1000, connections: 1 }), quiet);
    expect(phase?.fault).toContain('timed out');
  });

  it('does not take a server that stops answering for one that is as fast as it was', async () => {
    let answered = 0;
    server = await startModelServer({
      answer: (body) => {
        answered += 1;
        return answered > 40 ? undefined : { text: `${body}é` };
      },
    });
    const phase = await runCannon(order({ durationSec: 2 }), quiet);
    expect(phase?.latency.count).toBe(40);
    expect(phase).toMatchObject({ asked: 44, failed: 4, errors: { timeout: 4 } });
    expect(phase?.fault).toMatch(/^no answer within [12]\.\d s, when the load ended$/);
  });

  it('waits with a server that is only slow', async () => {
    server = await startModelServer({ answer: right, delayMs: 600 });
    const phase = await runCannon(order({ durationSec: 2 }), quiet);
    expect(phase).toMatchObject({ failed: 0 });
    expect(phase?.asked).toBeGreaterThan(0);
  });

  it('gives what it has when it is interrupted, in the time it took', async () => {
    server = await startModelServer({ answer: right, delayMs: 2 });
    const interruption = new AbortController();
    const onProgress = () => interruption.abort();
    const phase = await runCannon(order({ durationSec: 60 }), { signal: interruption.signal, onProgress });
    expect(phase?.asked).toBeGreaterThan(0);
    expect(phase?.seconds).toBeLessThan(5);
  });

  it('has nothing to give when it is interrupted before', async () => {
    server = await startModelServer();
    expect(await runCannon(order(), { ...quiet, signal: AbortSignal.abort() })).toBeUndefined();
    expect(server.bodies).toEqual([]);
  });

  it('says why its process failed', async () => {
    server = await startModelServer();
    await expect(runCannon(order({ connections: 0 }), quiet)).rejects.toMatchObject({
      code: 'BENCH_LOAD_PROCESS',
    });
  });
});
