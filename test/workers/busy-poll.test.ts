import { beforeEach, describe, expect, it } from 'vitest';
import { BusyPoll } from '../../src/workers/busy-poll.js';

const WINDOW_US = 300;
const SHORT_MS = 0.02;

let told: (number | 'rest')[];
let now: number;
let poll: BusyPoll;

beforeEach(() => {
  told = [];
  now = 1000;
  poll = new BusyPoll(WINDOW_US, { until: (time) => told.push(time), rest: () => told.push('rest') });
});

/** Sends a batch `gapMs` after the last was back, which takes 0.1 ms; gives what the worker is told. */
function ask(gapMs: number, handlerMs = SHORT_MS): number | undefined {
  now += gapMs;
  const pollUs = poll.sent(now, handlerMs);
  now += 0.1;
  poll.back(now);
  return pollUs;
}

function askManyTimes(gapMs: number): void {
  for (let count = 0; count < 20; count += 1) ask(gapMs);
}

describe('looking without sleeping', () => {
  it('begins when short batches have followed each other one at a time, and rests with every answer', () => {
    for (let count = 1; count < 20; count += 1) expect(ask(0.1)).toBeUndefined();
    expect(told).not.toContainEqual(expect.any(Number));
    expect(ask(0.1)).toBe(WINDOW_US);
    expect(told.slice(-2)).toEqual([now - 0.1 + WINDOW_US / 1000, 'rest']);
  });

  it('is not asked of the worker when requests come rarely, but of the server for each answer', () => {
    askManyTimes(50);
    told = [];
    expect(ask(50)).toBeUndefined();
    expect(told).toEqual([now - 0.1 + WINDOW_US / 1000, 'rest']);
  });

  it('is not worth it for a handler that takes longer', () => {
    askManyTimes(0.1);
    told = [];
    expect(ask(0.1, 0.2)).toBeUndefined();
    expect(told).toEqual(['rest']);
  });

  it('ends when two batches are under way, and begins anew', () => {
    askManyTimes(0.1);
    expect(ask(0.1)).toBe(WINDOW_US);
    poll.sent(now, SHORT_MS);
    expect(poll.sent(now, SHORT_MS)).toBeUndefined();
    told = [];
    poll.back(now);
    expect(told).toEqual([]);
    poll.back(now);
    expect(told).toEqual(['rest']);
    expect(ask(0.1)).toBeUndefined();
  });

  it('forgets batches that are lost together', () => {
    poll.sent(now, SHORT_MS);
    poll.sent(now, SHORT_MS);
    poll.back(now, 2);
    askManyTimes(0.1);
    expect(ask(0.1)).toBe(WINDOW_US);
  });

  it('never happens with a window of 0', () => {
    poll = new BusyPoll(0, { until: (time) => told.push(time), rest: () => {} });
    askManyTimes(0.1);
    expect(ask(0.1, 0)).toBeUndefined();
    expect(told).toEqual([]);
  });
});
