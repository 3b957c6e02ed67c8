import { describe, expect, it } from 'vitest';
import { measureCeiling } from '../../../src/bench/load/ceiling.js';

const options = {
  questions: [
    {
      name: 'q',
      body: Buffer.from('q'),
      contentType: 'text/plain',
      expectation: { kind: 'answer', text: 'other than what the idle server says', tolerance: 0 },
    },
  ],
  answer: Buffer.from('{"a": 1}'),
  connections: 4,
  timeoutMs: 5000,
  signal: new AbortController().signal,
} as const;

describe('what the generator alone can send', () => {
  it.each([false, true])('is a number of requests per second (at a rate: %s)', async (atRate) => {
    expect(await measureCeiling({ ...options, atRate })).toBeGreaterThan(0);
  });

  it('is not measured once Ctrl-C was pressed', async () => {
    expect(await measureCeiling({ ...options, atRate: false, signal: AbortSignal.abort() })).toBeUndefined();
  });
});
