/** TorchServe's seconds between attempts to start a worker; the last one is repeated. */
const BACK_OFF_SEC = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597] as const;
/** A worker that lived this long without work is believed to be sound. */
const PROVEN_MS = 1000;
/** So many in a row that were ready but proved nothing are replaced at once. */
const FREE_RESTARTS = 3;

/** How a streak of failures stands. A successful load ends the streak. */
export interface Streak {
  /** Attempts that waited so far: the place in TorchServe's table. */
  readonly waited: number;
  /** Monotonic time of the first failure, ms; undefined before it. */
  readonly since: number | undefined;
  /** Workers in a row that loaded their model and ended before they had proven themselves. */
  readonly unproven: number;
}

export const NO_STREAK: Streak = { waited: 0, since: undefined, unproven: 0 };

/** One worker's end, as far as it matters for starting another. */
export interface WorkerEnd {
  /** Monotonic time, ms. */
  readonly at: number;
  /** Monotonic time at which its model was loaded; undefined if it never was. */
  readonly readyAt: number | undefined;
  /** Batches it answered. */
  readonly answered: number;
}

export type Verdict =
  | { readonly kind: 'restart'; readonly delayMs: number; readonly streak: Streak }
  | { readonly kind: 'give-up' };

/**
 * Decides what follows a worker's end. One that was ready is replaced at once, TorchServe's entry 0, unless several in
 * a row were ready and then ended without having proven themselves. After a start that failed the waits are
 * TorchServe's 1, 1, 2, 3, 5… seconds, until `maxRetryTimeoutSec` after the first failure of the streak; a first
 * failure is always followed by another attempt.
 */
export function judge(streak: Streak, end: WorkerEnd, maxRetryTimeoutSec: number): Verdict {
  if (end.readyAt !== undefined) return judgeReady(streak, end, end.readyAt);
  const { waited, since, unproven } = streak;
  if (since !== undefined && end.at - since >= maxRetryTimeoutSec * 1000) return { kind: 'give-up' };
  const index = Math.min(waited + 1, BACK_OFF_SEC.length - 1);
  return {
    kind: 'restart',
    delayMs: (BACK_OFF_SEC[index] ?? 0) * 1000,
    streak: { waited: index, since: since ?? end.at, unproven },
  };
}

/** A worker that loads and ends at once, time after time, must not be started in a tight loop. */
function judgeReady(streak: Streak, { at, answered }: WorkerEnd, readyAt: number): Verdict {
  const proven = answered > 0 || at - readyAt >= PROVEN_MS;
  const unproven = proven ? 0 : streak.unproven + 1;
  const delayMs = unproven > FREE_RESTARTS ? BACK_OFF_SEC[1] * 1000 : 0;
  return { kind: 'restart', delayMs, streak: { ...NO_STREAK, unproven } };
}
