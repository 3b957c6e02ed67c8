import { describe, expect, it } from 'vitest';
import { isCrashLoop, judge, NO_STREAK, type Streak, type WorkerEnd } from '../../src/workers/supervisor.js';

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

  it('waits longer and longer when several in a row were ready and ended at once', () => {
    const seen: number[] = [];
    let streak: Streak = NO_STREAK;
    for (let at = 1000; at <= 16_000; at += 1000) {
      const verdict = judge(streak, { at, readyAt: at - 100, answered: 0 }, 300);
      if (verdict.kind === 'give-up') break;
      seen.push(verdict.delayMs);
      streak = verdict.streak;
    }
    const seconds = [0, 0, 0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 55, 55, 55];
    expect(seen).toEqual(seconds.map((delaySec) => delaySec * 1000));
    expect(restartDelay({ readyAt: 99_900, answered: 1 }, streak)).toBe(0);
  });

  it('begins a new streak after a successful load', () => {
    const long = { failures: 9, began: 0, waited: 5, since: 0, unproven: 3 };
    const verdict = judge(long, { at: 9e9, readyAt: 8e9, answered: 3 }, 300);
    expect(verdict.streak).toEqual({ ...NO_STREAK, failures: 1, began: 9e9 });
    const unproven = judge({ ...long, unproven: 0 }, { at: 9e9, readyAt: 9e9 - 1, answered: 0 }, 300);
    expect(unproven).toEqual({
      kind: 'restart',
      delayMs: 0,
      streak: { ...NO_STREAK, failures: 10, began: 0, unproven: 1 },
    });
  });

  it('knows a loop by the failures in a row, of either kind', () => {
    const failed: WorkerEnd = { at: 0, readyAt: undefined, answered: 0 };
    const ended: WorkerEnd = { at: 10, readyAt: 9, answered: 0 };
    const twice = judge(judge(NO_STREAK, failed, 300).streak, ended, 300).streak;
    expect([twice.failures, isCrashLoop(twice)]).toEqual([2, false]);
    const thrice = judge(twice, failed, 300).streak;
    expect([thrice.failures, isCrashLoop(thrice)]).toEqual([3, true]);
    const proven = judge(thrice, { ...ended, answered: 1 }, 300).streak;
    expect([proven.failures, isCrashLoop(proven)]).toEqual([1, false]);
  });
});
