import type { Clock } from '../core/clock.js';
import type { WorkerGroup } from '../workers/group.js';
import type { Worker } from '../workers/worker.js';
import { Alarm } from './alarm.js';
import type { JobQueue } from './job-queue.js';
import { continuousPolicy } from './policies/continuous.js';
import { type Dispatching, earlier, emptyRoom } from './waiting-room.js';

export interface RoundDispatcherOptions {
  readonly queue: JobQueue;
  readonly group: WorkerGroup;
  readonly clock: Clock;
  /** Jobs that one worker may hold and be given together. */
  readonly batchSize: number;
  readonly maxBatchDelayMs: number;
}

/** Begins the rounds of continuous batching: whenever a worker has answered one, it is sent the next. */
export class RoundDispatcher implements Dispatching {
  readonly #options: RoundDispatcherOptions;
  readonly #alarm: Alarm;
  #draining = false;

  constructor(options: RoundDispatcherOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, () => this.wake());
  }

  wake(): void {
    const { queue, group, clock, batchSize } = this.#options;
    const now = clock.now();
    queue.expire(now);
    const workers = group.workers.filter(betweenRounds);
    const maxBatchDelayMs = this.#draining ? 0 : this.#options.maxBatchDelayMs;
    const waiting = queue.peek(batchSize * workers.length + 1);
    const plan = continuousPolicy(waiting, workers, now, { batchSize, maxBatchDelayMs });
    for (const { worker, joining } of plan.rounds) workers[worker]?.send(queue.take(joining));
    this.#alarm.ringAt(earlier(plan.lookAgainAt, queue.deadlineAt), now);
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
}

/** A worker may have credit for several batches; of rounds there is one at a time. */
export function betweenRounds(worker: Worker): boolean {
  return worker.credits > 0 && worker.inFlight === worker.held;
}
