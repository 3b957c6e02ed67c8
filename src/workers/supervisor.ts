/** TorchServe's seconds between attempts to start a worker; the last one is repeated. */
const BACK_OFF_SEC = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597] as const;
/** A worker that lived this long without work is believed to be sound. */
const PROVEN_MS = 1000;
/** So many in a row that were ready but proved nothing are replaced at once. */
const FREE_RESTARTS = 3;
/** From here on those who are told of a failure are told of a crash loop. */
const LOOP_FAILURES = 3;
/** A worker that loads is never given up; nor does it wait for hours. */
const LONGEST_UNPROVEN_SEC = 55;

/** How a streak of failures stands. A successful load ends TorchServe's part of it, proof ends it all. */
export interface Streak {
  /** Failures in a row, of whatever kind. */
  readonly failures: number;
  /** Monotonic time of the first of them, ms; undefined before it. */
  readonly began: number | undefined;
  /** Attempts that waited so far: the place in TorchServe's table. */
  readonly waited: number;
  /** Monotonic time of the first failed start, ms; undefined before it. */
  readonly since: number | undefined;
  /** Workers in a row that loaded their model and ended before they had proven themselves. */
  readonly unproven: number;
}

export const NO_STREAK: Streak = { failures: 0, began: undefined, waited: 0, since: undefined, unproven: 0 };

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
  | { readonly kind: 'give-up'; readonly streak: Streak };

/** Whether a worker that ends, or goes on, at this moment has shown that it is sound. */
export function isProven({ at, readyAt, answered }: WorkerEnd): boolean {
  return readyAt !== undefined && (answered > 0 || at - readyAt >= PROVEN_MS);
}

/** Whether so many failures in a row are no accident any more. */
export function isCrashLoop({ failures }: Streak): boolean {
  return failures >= LOOP_FAILURES;
}

/**
 * Decides what follows a worker's end. One that was ready is replaced at once, TorchServe's entry 0; when several in a
 * row were ready and then ended without having proven themselves, the next ones wait longer and longer. After a start
 * that failed the waits are TorchServe's 1, 1, 2, 3, 5… seconds, until `maxRetryTimeoutSec` after the first failure of
 * the streak; a first failure is always followed by another attempt.
 */
export function judge(streak: Streak, end: WorkerEnd, maxRetryTimeoutSec: number): Verdict {
  if (end.readyAt !== undefined) return judgeReady(streak, end, end.readyAt);
  const { waited, since } = streak;
  const grown = { ...streak, failures: streak.failures + 1, began: streak.began ?? end.at };
  if (since !== undefined && end.at - since >= maxRetryTimeoutSec * 1000)
    return { kind: 'give-up', streak: grown };
  const index = Math.min(waited + 1, BACK_OFF_SEC.length - 1);
  return {
    kind: 'restart',
    delayMs: backOffSec(index) * 1000,
    streak: { ...grown, waited: index, since: since ?? end.at },
  };
}

function backOffSec(index: number): number {
  return BACK_OFF_SEC[Math.min(index, BACK_OFF_SEC.length - 1)] ?? 0;
}

/** A worker that loads and ends at once, time after time, must not be started in a tight loop. */
function judgeReady(streak: Streak, { at, answered }: WorkerEnd, readyAt: number): Verdict {
  if (isProven({ at, answered, readyAt }))
    return { kind: 'restart', delayMs: 0, streak: { ...NO_STREAK, failures: 1, began: at } };
  const { failures, began, unproven } = streak;
  const delaySec = Math.min(LONGEST_UNPROVEN_SEC, backOffSec(Math.max(0, unproven + 1 - FREE_RESTARTS)));
  const grown = { ...NO_STREAK, failures: failures + 1, began: began ?? at, unproven: unproven + 1 };
  return { kind: 'restart', delayMs: delaySec * 1000, streak: grown };
}
