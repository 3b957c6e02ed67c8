import { describe, expect, it } from 'vitest';
import type { WorkerState } from '../../src/core/events.js';
import { isOver, mayBecome } from '../../src/workers/states.js';

const STATES: readonly WorkerState[] = ['starting', 'loading', 'ready', 'draining', 'stopped', 'failed'];

describe('the life of a worker', () => {
  it('goes one way', () => {
    const moves = STATES.flatMap((from) =>
      STATES.filter((to) => mayBecome(from, to)).map((to) => `${from} → ${to}`),
    );
    expect(moves).toEqual([
      'starting → loading',
      'starting → draining',
      'starting → failed',
      'loading → ready',
      'loading → draining',
      'loading → failed',
      'ready → draining',
      'ready → failed',
      'draining → stopped',
      'draining → failed',
    ]);
  });

  it('ends stopped or failed', () => {
    expect(STATES.filter(isOver)).toEqual(['stopped', 'failed']);
  });
});
