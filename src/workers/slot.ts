import type { Clock } from '../core/clock.js';
import type { WorkerFailure } from '../core/failure.js';
import type { Log } from '../core/log.js';
import { isCrashLoop, isProven, judge, NO_STREAK, type WorkerEnd } from './supervisor.js';
import type { Worker } from './worker.js';

/** What the worker of a slot tells it. */
export interface SlotEars {
  readonly onReady: (worker: Worker) => void;
  readonly onGone: (worker: Worker) => void;
}

export interface SlotOptions {
  /** Makes the next worker of this slot, not yet started; it has the id and the devices of the one before. */
  readonly newWorker: (ears: SlotEars) => Worker;
  readonly model: string;
  readonly maxRetryTimeoutSec: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Another worker has taken the place. */
  readonly onReplaced: () => void;
  /** Its worker will not be replaced any more. */
  readonly onGivenUp: () => void;
}

/** How a place fares: what became of the workers it had. */
export interface SlotFacts {
  readonly worker: Worker;
  /** Workers of this place that failed, since it was made. */
  readonly failures: number;
  /** Failures one after the other, none of them proven sound; 0 once the present worker is. */
  readonly failuresInARow: number;
  readonly crashLoop: boolean;
  /** Of the last worker that failed. */
  readonly lastFailure: WorkerFailure | undefined;
  /** Wall clock, ms, of the next attempt; undefined while none is waited for. */
  readonly retryAt: number | undefined;
}

/** A place for one worker: while it is wanted, a worker that ends is followed by another. */
export class Slot {
  readonly #options: SlotOptions;
  #worker: Worker;
  #streak = NO_STREAK;
  #wanted = true;
  #failures = 0;
  #lastFailure: WorkerFailure | undefined;
  #retryAt: number | undefined;
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

  get facts(): SlotFacts {
    const sound = this.#worker.state === 'ready' && isProven(this.#endNow());
    return {
      worker: this.#worker,
      failures: this.#failures,
      failuresInARow: sound ? 0 : this.#streak.failures,
      crashLoop: !sound && isCrashLoop(this.#streak),
      lastFailure: this.#lastFailure,
      retryAt: this.#retryAt,
    };
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
    const verdict = judge(this.#streak, this.#endNow(), maxRetryTimeoutSec);
    this.#streak = verdict.streak;
    this.#failures += 1;
    this.#lastFailure = worker.failure;
    log.error(`Worker ${worker.id} failed: ${worker.lastFailure ?? 'it ended'}`);
    this.#tellOfLoop(worker);
    if (verdict.kind === 'give-up') {
      worker.healthy = false;
      log.error(`Worker ${worker.id} is given up after ${maxRetryTimeoutSec} seconds of failures.`);
      this.#options.onGivenUp();
      return;
    }
    log.info(`Retry worker: ${worker.id} in ${verdict.delayMs / 1000} seconds.`);
    if (verdict.delayMs === 0) {
      this.#replace();
      return;
    }
    this.#retryAt = clock.date() + verdict.delayMs;
    this.#stopRetry = clock.after(verdict.delayMs, () => this.#replace());
  }

  #tellOfLoop({ id, failure }: Worker): void {
    const { failures, began = 0 } = this.#streak;
    if (!isCrashLoop(this.#streak)) return;
    const { clock, log, model } = this.#options;
    const seconds = Math.round((clock.now() - began) / 1000);
    const reason = failure?.reason ?? 'it ended';
    log.error(
      `Model ${model} is in a crash loop: worker ${id} failed ${failures} times in ${seconds} seconds. The last reason: ${reason}`,
    );
  }

  #endNow(): WorkerEnd {
    const { readyAt, answered } = this.#worker;
    return { at: this.#options.clock.now(), readyAt, answered };
  }

  #replace(): void {
    this.#stopRetry = undefined;
    this.#retryAt = undefined;
    this.#attempt = this.#newAttempt();
    this.#worker = this.#makeWorker();
    this.#options.onReplaced();
    this.#worker.start();
  }
}
