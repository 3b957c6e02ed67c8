import type { Batch } from '../core/batch.js';
import type { Job } from '../core/job.js';
import { BusyPoll } from './busy-poll.js';

/** A batch on its way, and since when. */
export interface SentBatch extends Batch {
  /** Monotonic time of sending, ms. */
  readonly sentAt: number;
  /** The first so many jobs were kept by the worker from an earlier round. */
  readonly held: number;
  /** How long the worker may look for the next batch without sleeping, µs. */
  readonly pollUs: number | undefined;
}

/** The batches one worker has and has not answered, and the jobs it keeps between two rounds. */
export class InFlight {
  // Lists, since they are short, and since a Map or Set that is in steady use leaves tables behind in the old space of
  // V8 that keep the jobs of their time alive, and those the next ones, until all of it is swept.
  /** In the order of sending, which is nearly always that of the answers. */
  readonly #batches: SentBatch[] = [];
  #kept: readonly Job[] = [];
  readonly #busyPoll: BusyPoll;
  #jobs = 0;
  #nextId = 1;
  /** What the handler took for the batch that was closed last. */
  #handlerMs = Number.POSITIVE_INFINITY;

  /** `busyPoll` knows what is under way to other workers. */
  constructor(busyPoll = new BusyPoll()) {
    this.#busyPoll = busyPoll;
  }

  /** Jobs whose answers are still to come, given-up ones included until their batch is back. */
  get jobs(): number {
    return this.#jobs + this.#kept.length;
  }

  /** Jobs kept for the next round; none while one is on its way. */
  get kept(): number {
    return this.#kept.length;
  }

  get batches(): number {
    return this.#batches.length;
  }

  /** Takes the jobs in under a new batch number, behind those that were kept; a job that must be alone is. */
  add(added: readonly Job[], sentAt: number): SentBatch {
    const held = this.#kept.length === 0 || added[0]?.alone ? 0 : this.#kept.length;
    const jobs = held === 0 ? added : [...this.#kept, ...added];
    if (held > 0) this.#kept = [];
    const pollUs = this.#busyPoll.sent(sentAt, this.#handlerMs);
    const batch = { id: this.#nextId, jobs, sentAt, held, pollUs };
    this.#nextId = this.#nextId === 0xffff_ffff ? 1 : this.#nextId + 1;
    this.#batches.push(batch);
    this.#jobs += jobs.length;
    return batch;
  }

  get(id: number): SentBatch | undefined {
    return this.#batches.find((batch) => batch.id === id);
  }

  remove(batch: SentBatch, now: number): void {
    const index = this.#batches.indexOf(batch);
    if (index < 0) return;
    this.#batches.splice(index, 1);
    this.#jobs -= batch.jobs.length;
    this.#busyPoll.back(now);
  }

  /** The batch is over, `handlerMs` long: those of its jobs that are not settled are kept. */
  close(batch: SentBatch, now: number, handlerMs: number): void {
    this.#handlerMs = handlerMs;
    this.remove(batch, now);
    if (batch.jobs.every(({ settled }) => settled)) return;
    this.#kept = [...this.#kept, ...batch.jobs.filter(({ settled }) => !settled)];
  }

  /** Forgets a job that was kept. */
  drop(job: Job): void {
    this.#kept = this.#kept.filter((other) => other !== job);
  }

  /** Where a job is: its batch and its place in it. */
  find(job: Job): { readonly batch: SentBatch; readonly index: number } | undefined {
    for (const batch of this.#batches) {
      const index = batch.jobs.indexOf(job);
      if (index >= 0) return { batch, index };
    }
    return undefined;
  }

  /** Empties the table; gives the jobs nobody settled yet. */
  takeAll(now: number): readonly Job[] {
    const sent = this.#batches.flatMap((batch) => batch.jobs).filter((job) => !job.settled);
    const left = [...sent, ...this.#kept];
    this.#busyPoll.back(now, this.#batches.length);
    this.#batches.length = 0;
    this.#kept = [];
    this.#jobs = 0;
    return left;
  }
}
