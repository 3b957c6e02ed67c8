import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import { judge, NO_STREAK } from './supervisor.js';
import type { Worker } from './worker.js';

/** What the worker of a slot tells it. */
export interface SlotEars {
  readonly onReady: (worker: Worker) => void;
  readonly onGone: (worker: Worker) => void;
}

export interface SlotOptions {
  /** Makes the next worker of this slot, not yet started; it has the id and the devices of the one before. */
  readonly newWorker: (ears: SlotEars) => Worker;
  readonly maxRetryTimeoutSec: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Another worker has taken the place. */
  readonly onReplaced: () => void;
  /** Its worker will not be replaced any more. */
  readonly onGivenUp: () => void;
}

/** A place for one worker: while it is wanted, a worker that ends is followed by another. */
export class Slot {
  readonly #options: SlotOptions;
  #worker: Worker;
  #streak = NO_STREAK;
  #wanted = true;
  #stopRetry: (() => void) | undefined;
  #attempt: Promise<Worker>;
  #endAttempt: (worker: Worker) => void = () => {};

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#worker = this.#makeWorker();
    this.#attempt = this.#newAttempt();
  }

  /** The present worker, or the last one while the next is waited for. */
  get worker(): Worker {
    return this.#worker;
  }

  /** Settles with the worker once it is ready, or is known not to become it. */
  get attempt(): Promise<Worker> {
    return this.#attempt;
  }

  /** Starts the first worker. */
  start(): void {
    this.#worker.start();
  }

  /** Ends a waiting time, or the resignation of the supervisor: somebody has asked for this worker anew. */
  retryNow(): void {
    if (!this.#stopRetry && this.#worker.healthy) return;
    this.#stopRetry?.();
    this.#streak = NO_STREAK;
    this.#replace();
  }

  /** Gives the place up. Resolves when its worker has ended. */
  async remove(drainMs: number): Promise<void> {
    this.#wanted = false;
    this.#endAttempt(this.#worker);
    if (this.#stopRetry) this.#stopRetry();
    else await this.#worker.stop(drainMs);
  }

  #makeWorker(): Worker {
    return this.#options.newWorker({
      onReady: (worker) => this.#endAttempt(worker),
      onGone: (worker) => this.#gone(worker),
    });
  }

  #newAttempt(): Promise<Worker> {
    return new Promise((resolve) => {
      this.#endAttempt = resolve;
    });
  }

  #gone(worker: Worker): void {
    this.#endAttempt(worker);
    if (!this.#wanted) return;
    const { clock, log, maxRetryTimeoutSec } = this.#options;
    const end = { at: clock.now(), readyAt: worker.readyAt, answered: worker.answered };
    const verdict = judge(this.#streak, end, maxRetryTimeoutSec);
    log.error(`Worker ${worker.id} failed: ${worker.lastFailure ?? 'it ended'}`);
    if (verdict.kind === 'give-up') {
      worker.healthy = false;
      log.error(`Worker ${worker.id} is given up after ${maxRetryTimeoutSec} seconds of failures.`);
      this.#options.onGivenUp();
      return;
    }
    this.#streak = verdict.streak;
    log.info(`Retry worker: ${worker.id} in ${verdict.delayMs / 1000} seconds.`);
    if (verdict.delayMs === 0) this.#replace();
    else this.#stopRetry = clock.after(verdict.delayMs, () => this.#replace());
  }

  #replace(): void {
    this.#stopRetry = undefined;
    this.#attempt = this.#newAttempt();
    this.#worker = this.#makeWorker();
    this.#options.onReplaced();
    this.#worker.start();
  }
}
