/** TorchServe's seconds between attempts to start a worker; the last one is repeated. */
const BACK_OFF_SEC = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597] as const;
/** A worker that lived this long without work is believed to be sound. */
const PROVEN_MS = 1000;

/** How a streak of failures stands. A successful load ends the streak. */
export interface Streak {
  /** Attempts that waited so far: the place in TorchServe's table. */
  readonly waited: number;
  /** Monotonic time of the first failure, ms; undefined before it. */
  readonly since: number | undefined;
}

export const NO_STREAK: Streak = { waited: 0, since: undefined };

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
 * Decides what follows a worker's end. One that had proven itself is replaced at once, TorchServe's entry 0; otherwise
 * the waits are TorchServe's 1, 1, 2, 3, 5… seconds, until `maxRetryTimeoutSec` after the first failure of the streak;
 * a first failure is always followed by another attempt.
 */
export function judge(streak: Streak, end: WorkerEnd, maxRetryTimeoutSec: number): Verdict {
  if (hasProven(end)) return { kind: 'restart', delayMs: 0, streak: NO_STREAK };
  const { waited, since } = end.readyAt === undefined ? streak : NO_STREAK;
  if (since !== undefined && end.at - since >= maxRetryTimeoutSec * 1000) return { kind: 'give-up' };
  const index = Math.min(waited + 1, BACK_OFF_SEC.length - 1);
  return {
    kind: 'restart',
    delayMs: (BACK_OFF_SEC[index] ?? 0) * 1000,
    streak: { waited: index, since: since ?? end.at },
  };
}

/** A worker that loads and dies at once would otherwise be started in a tight loop. */
function hasProven({ at, readyAt, answered }: WorkerEnd): boolean {
  return readyAt !== undefined && (answered > 0 || at - readyAt >= PROVEN_MS);
}
