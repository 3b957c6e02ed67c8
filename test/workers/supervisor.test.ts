import { describe, expect, it } from 'vitest';
import { judge, NO_STREAK, type Streak, type WorkerEnd } from '../../src/workers/supervisor.js';

/** Worker after worker fails to start, each right after its waiting time; gives the waits in seconds. */
function waits(count: number, maxRetryTimeoutSec: number): (number | 'given up')[] {
  const seen: (number | 'given up')[] = [];
  let streak: Streak = NO_STREAK;
  let at = 1000;
  for (let n = 0; n < count; n += 1) {
    const verdict = judge(streak, { at, readyAt: undefined, answered: 0 }, maxRetryTimeoutSec);
    if (verdict.kind === 'give-up') return [...seen, 'given up'];
    seen.push(verdict.delayMs / 1000);
    streak = verdict.streak;
    at += verdict.delayMs;
  }
  return seen;
}

function restartDelay(end: Omit<WorkerEnd, 'at'>, streak = NO_STREAK): number | undefined {
  const verdict = judge(streak, { at: 100_000, ...end }, 300);
  return verdict.kind === 'restart' ? verdict.delayMs : undefined;
}

describe('the supervisor', () => {
  it("waits TorchServe's seconds between attempts, and the last of them for ever", () => {
    const table = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 1597, 1597];
    expect(waits(19, 1e9)).toEqual(table);
  });

  it('gives up maxRetryTimeoutInSec after the first failure of a streak', () => {
    // Failures at 0, 1, 2, 4, 7 and 12 seconds.
    expect(waits(99, 7)).toEqual([1, 1, 2, 3, 'given up']);
    expect(waits(99, 8)).toEqual([1, 1, 2, 3, 5, 'given up']);
  });

  it('tries once more even where no time is given', () => {
    expect(waits(99, 0)).toEqual([1, 'given up']);
  });

  it('replaces a worker that was ready at once', () => {
    expect(restartDelay({ readyAt: 99_900, answered: 1 })).toBe(0);
    expect(restartDelay({ readyAt: 90_000, answered: 0 })).toBe(0);
  });

  it('waits a second when several in a row were ready and ended at once', () => {
    const seen: number[] = [];
    let streak: Streak = NO_STREAK;
    for (let at = 1000; at <= 6000; at += 1000) {
      const verdict = judge(streak, { at, readyAt: at - 100, answered: 0 }, 300);
      if (verdict.kind === 'give-up') break;
      seen.push(verdict.delayMs);
      streak = verdict.streak;
    }
    expect(seen).toEqual([0, 0, 0, 1000, 1000, 1000]);
    expect(restartDelay({ readyAt: 99_900, answered: 1 }, streak)).toBe(0);
  });

  it('begins a new streak after a successful load', () => {
    const long = { waited: 5, since: 0, unproven: 3 };
    const verdict = judge(long, { at: 9e9, readyAt: 8e9, answered: 3 }, 300);
    expect(verdict).toEqual({ kind: 'restart', delayMs: 0, streak: NO_STREAK });
    const unproven = judge({ ...long, unproven: 0 }, { at: 9e9, readyAt: 9e9 - 1, answered: 0 }, 300);
    expect(unproven).toEqual({ kind: 'restart', delayMs: 0, streak: { ...NO_STREAK, unproven: 1 } });
  });
});
