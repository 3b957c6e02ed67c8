import { ServeError, serveError } from '../../core/errors.js';
import type { HubLimits } from './settings.js';

/** A failure that may pass: the same is tried again. */
export class Passing extends Error {
  constructor(
    /** What it becomes when it does not pass; gets the number of attempts. */
    readonly lasting: (attempts: number) => ServeError,
    /** How long the far side asks to wait, ms. */
    readonly retryAfterMs?: number,
  ) {
    super('a failure that may pass');
  }
}

export interface RetryOptions {
  readonly limits: Pick<HubLimits, 'attempts' | 'firstDelayMs' | 'maxDelayMs'>;
  readonly signal: AbortSignal;
  /** Grows when an attempt got further; attempts that did are not counted. */
  readonly progress?: () => number;
  /** Told before every wait: what it becomes unless it passes, and how long the wait is, ms. */
  readonly onWait?: OnWait | undefined;
}

export type OnWait = (failure: ServeError, waitMs: number) => void;

/** However far each of them got. */
const MOST_ATTEMPTS = 1000;

/**
 * Does something again, after longer and longer waits, while it fails in a way that may pass. Throws HUB_CANCELLED when
 * the signal says so, what the failure became, or what `act` threw otherwise.
 */
export async function retrying<Result>(act: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { limits, signal, progress = () => 0 } = options;
  for (let failures = 1, total = 1; ; failures += 1, total += 1) {
    const before = progress();
    try {
      return await act();
    } catch (thrown) {
      if (signal.aborted) throw cancelled(thrown);
      if (!(thrown instanceof Passing)) throw thrown;
      if (progress() > before) failures = 1;
      if (failures >= limits.attempts || total >= MOST_ATTEMPTS) throw thrown.lasting(total);
      const waitMs = thrown.retryAfterMs ?? delayMs(failures, limits);
      options.onWait?.(thrown.lasting(total), waitMs);
      await wait(waitMs, signal);
    }
  }
}

function cancelled(cause: unknown): ServeError {
  return cause instanceof ServeError && cause.code === 'HUB_CANCELLED'
    ? cause
    : serveError('HUB_CANCELLED', {}, { cause });
}

/** Doubled each time, and spread by a quarter so that many clients do not come back at once. */
function delayMs(failures: number, { firstDelayMs, maxDelayMs }: RetryOptions['limits']): number {
  const wanted = Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - 1));
  return wanted * (0.75 + Math.random() / 2);
}

function wait(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(cancelled(undefined));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, waitMs);
    signal.addEventListener('abort', stop, { once: true });
  });
}
