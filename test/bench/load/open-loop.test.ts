import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/bench/load/client.js';
import { type OpenLoopOptions, runOpenLoop } from '../../../src/bench/load/open-loop.js';
import { Tally } from '../../../src/bench/load/tally.js';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../model-server.js';

const QUESTION = {
  name: 'q',
  body: Buffer.from('q'),
  contentType: 'text/plain',
  expectation: { kind: 'answer', text: 'q', tolerance: 0 },
} as const;
let server: ModelServer;
afterEach(() => server.stop());

async function load(serving: ModelServerOptions, over: Partial<OpenLoopOptions>) {
  server = await startModelServer(serving);
  const signal = over.signal ?? new AbortController().signal;
  const options = {
    questions: [QUESTION],
    ratePerSecond: 100,
    connections: 8,
    durationSec: 1,
    ...over,
    signal,
  };
  const url = `${server.origin}/predictions/echo`;
  const client = createClient({ url, connections: options.connections, timeoutMs: 5000, signal });
  const tally = new Tally();
  await runOpenLoop(client, tally, options);
  client.close();
  return tally.phase();
}

describe('a load at a constant rate', () => {
  it('sends what its rate and duration come to', async () => {
    const phase = await load({}, { ratePerSecond: 50, durationSec: 0.6 });
    expect(phase.asked + phase.unsent).toBe(30);
    expect(phase.failed).toBe(0);
    expect(server.bodies).toHaveLength(phase.asked);
  });

  it('sends a number of requests, however long it takes', async () => {
    const phase = await load({ delayMs: 20 }, { ratePerSecond: 1000, connections: 2, requests: 20 });
    expect(phase).toMatchObject({ asked: 20, unsent: 0, failed: 0 });
    expect(server.mostAtOnce).toBe(2);
  });

  it('counts the wait of requests that found no free connection', async () => {
    // Ten requests are due within 10 ms; one connection answers each after 30 ms, so the last one waits 270 ms.
    const phase = await load({ delayMs: 30 }, { ratePerSecond: 1000, connections: 1, requests: 10 });
    expect(phase.latency.maxMs).toBeGreaterThan(250);
    expect(phase.latency.p50Ms).toBeGreaterThan(100);
  });

  it('tells how many were due and never sent', async () => {
    const phase = await load({ delayMs: 100 }, { ratePerSecond: 200, connections: 1, durationSec: 0.5 });
    expect(phase.asked).toBeLessThan(8);
    expect(phase.asked + phase.unsent).toBe(100);
  });

  it('does not wait for an answer before it sends the next one', async () => {
    await load({ delayMs: 200 }, { ratePerSecond: 100, connections: 8, requests: 8 });
    expect(server.mostAtOnce).toBe(8);
  });

  it('counts wrong answers and failures, and stops when nothing else comes', async () => {
    const phase = await load(
      { answer: () => ({ status: 503, text: 'no' }) },
      { ratePerSecond: 5000, requests: 5000 },
    );
    expect(phase.errors).toEqual({ 'status 503': phase.failed });
    expect(phase.latency.count).toBe(0);
    expect(phase.failed).toBeLessThan(200);
  });

  it('ends at once when it is interrupted, without what was under way', async () => {
    const phase = await load(
      { answer: () => undefined },
      { ratePerSecond: 10, durationSec: 60, signal: AbortSignal.timeout(300) },
    );
    expect(phase).toMatchObject({ asked: 0, failed: 0, unsent: 0 });
  });
});
