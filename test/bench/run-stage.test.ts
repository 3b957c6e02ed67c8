import { afterEach, describe, expect, it } from 'vitest';
import { describeStage, runStage } from '../../src/bench/run-stage.js';
import { LOAD, STAGE } from './measurement.js';
import { type ModelServer, startModelServer } from './model-server.js';

let server: ModelServer | undefined;
afterEach(() => server?.stop());

const QUESTION = {
  name: 'q',
  body: Buffer.from('q'),
  contentType: 'text/plain',
  expectation: { kind: 'answer', text: 'q', tolerance: 0 },
} as const;

describe('a stage of load', () => {
  it.each([
    [{ ...STAGE, connections: 1 }, '1 connection for 10 s'],
    [{ ...STAGE, requests: 500 }, '64 connections for 500 requests'],
    [{ ...STAGE, ratePerSecond: 100 }, '100 requests/s over 64 connections for 10 s'],
  ])('is described as it is', (stage, words) => {
    expect(describeStage(stage)).toBe(words);
  });

  it('keeps its rate, and looks at the server while it does', async () => {
    server = await startModelServer({ delayMs: 5 });
    const { origin } = server;
    const target = { kind: 'url', model: 'echo', inference: origin, management: origin } as const;
    const contender = { label: 'm', target: { ...target, close: async () => {} }, questions: [QUESTION] };
    const seen: number[] = [];
    const progress = { begin: () => {}, at: (done: number) => seen.push(done) };
    const stage = { ...STAGE, connections: 4, ratePerSecond: 50, durationSec: 1 };
    const { signal } = new AbortController();
    const measured = await runStage(contender, '', stage, { plan: LOAD, signal, progress });
    const { asked = 0, unsent = 0, failed } = measured?.parallel ?? {};
    expect([asked + unsent, failed]).toEqual([50, 0]);
    expect(measured?.sequential).toBeUndefined();
    expect(seen.length).toBeGreaterThan(0);
    // The warm-up keeps the rate as well, for a second.
    expect(server.bodies.length).toBeGreaterThan(asked);
  });
});
