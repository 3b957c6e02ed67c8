import type { Clock } from '../core/clock.js';
import { serveError } from '../core/errors.js';
import type { WorkerGroup } from '../workers/group.js';
import type { JobQueue } from './job-queue.js';
import { dynamicPolicy } from './policies/dynamic.js';

/**
 * Decides what is sent now. Pure: the oldest waiting jobs (at least `credits` batches' worth, if there are so many),
 * how many batches may be sent, the time, the settings → the plan.
 */
export type Policy = typeof dynamicPolicy;

export interface DispatcherOptions {
  readonly queue: JobQueue;
  readonly group: WorkerGroup;
  readonly clock: Clock;
  readonly batchSize: number;
  readonly maxBatchDelayMs: number;
  /** Default: plain batching. */
  readonly policy?: Policy;
}

/** Moves jobs from the queue of a model version to its workers, whenever a job came, a credit is free, or time is up. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #policy: Policy;
  #draining = false;
  #stopTimer: (() => void) | undefined;
  /** Monotonic time for which the timer is set. */
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#policy = options.policy ?? dynamicPolicy;
  }

  /** Sends what can be sent now. Cheap when there is nothing to do; call it whenever something has changed. */
  wake(): void {
    const { queue, clock } = this.#options;
    if (queue.length === 0) return;
    const now = clock.now();
    queue.expire(now);
    const lookAgainAt = this.#dispatch(now);
    this.#setTimer(earlier(lookAgainAt, queue.deadlineAt), now);
  }

  /**
   * Sends what waits without waiting for company; resolves when nobody waits any more. Those for whom no worker was
   * free within `limitMs` are answered SERVER_STOPPING. Admission is closed before.
   */
  async drain(limitMs: number): Promise<void> {
    const { queue, clock } = this.#options;
    this.#draining = true;
    this.wake();
    let stopLimit: (() => void) | undefined;
    const limit = new Promise<void>((resolve) => {
      stopLimit = clock.after(limitMs, resolve);
    });
    await Promise.race([queue.emptied(), limit]);
    stopLimit?.();
    queue.failAll(serveError('SERVER_STOPPING', {}), clock.now());
    this.close();
  }

  /** Stops the timer. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  /** Gives batches to workers while there are both. Nothing is awaited between taking jobs and giving them. */
  #dispatch(now: number): number | undefined {
    const { queue, group, batchSize } = this.#options;
    const maxBatchDelayMs = this.#draining ? 0 : this.#options.maxBatchDelayMs;
    const credits = group.credits;
    if (credits === 0) return undefined;
    const waiting = queue.peek(batchSize * credits + 1);
    const plan = this.#policy(waiting, credits, now, { batchSize, maxBatchDelayMs });
    for (const size of plan.batches) {
      const worker = group.idle();
      if (!worker) break;
      worker.send(queue.take(size));
    }
    return plan.lookAgainAt;
  }

  /** A timer that rings too early only looks once more, so it is moved in one direction alone. */
  #setTimer(at: number | undefined, now: number): void {
    if (at === undefined || at >= this.#timerAt) return;
    this.close();
    this.#timerAt = at;
    this.#stopTimer = this.#options.clock.after(Math.max(0, Math.ceil(at - now)), () => {
      this.#stopTimer = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.wake();
    });
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
