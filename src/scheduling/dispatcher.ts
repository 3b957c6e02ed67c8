import type { Clock } from '../core/clock.js';
import type { WorkerGroup } from '../workers/group.js';
import { Alarm } from './alarm.js';
import type { JobQueue } from './job-queue.js';
import { dynamicPolicy } from './policies/dynamic.js';
import { type Dispatching, earlier, emptyRoom } from './waiting-room.js';

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
export class Dispatcher implements Dispatching {
  readonly #options: DispatcherOptions;
  readonly #policy: Policy;
  readonly #alarm: Alarm;
  #draining = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#policy = options.policy ?? dynamicPolicy;
    this.#alarm = new Alarm(options.clock, () => this.wake());
  }

  wake(): void {
    const { queue, clock } = this.#options;
    if (queue.length === 0) return;
    const now = clock.now();
    queue.expire(now);
    const lookAgainAt = this.#dispatch(now);
    this.#alarm.ringAt(earlier(lookAgainAt, queue.deadlineAt), now);
  }

  async drain(limitMs: number): Promise<void> {
    const { queue, clock } = this.#options;
    this.#draining = true;
    this.wake();
    await emptyRoom(queue, clock, limitMs);
    this.close();
  }

  close(): void {
    this.#alarm.stop();
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
}
