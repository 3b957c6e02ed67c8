import { serveError } from '../../core/errors.js';

/** When requests are sent. */
export type Pace =
  /** As they were recorded, `factor` times as fast. */
  | { readonly kind: 'recorded'; readonly factor: number }
  /** At equal distances. */
  | { readonly kind: 'rate'; readonly requestsPerSecond: number }
  /** As soon as a connection is free. */
  | { readonly kind: 'fast' };

const MAX_FACTOR = 1_000_000;

/** Reads `--pace`: `2x` is twice as fast as recorded. Throws REPLAY_PACE. */
export function parsePace(text: string): Pace {
  const [, number = ''] = /^\s*(\d+|\d*\.\d+)x?\s*$/.exec(text) ?? [];
  const factor = Number(number);
  if (!(factor > 0 && factor <= MAX_FACTOR)) throw serveError('REPLAY_PACE', { value: text });
  return { kind: 'recorded', factor };
}

/**
 * When a request is due, ms after the first one: `index` counts from 0, `recordedMs` is how long after the first one it
 * was recorded. Undefined when it is due as soon as it can be sent.
 */
export function dueMs(pace: Pace, index: number, recordedMs: number): number | undefined {
  switch (pace.kind) {
    case 'recorded':
      return Math.max(0, recordedMs) / pace.factor;
    case 'rate':
      return (index * 1000) / pace.requestsPerSecond;
    case 'fast':
      return undefined;
  }
}
