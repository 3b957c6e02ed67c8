import type { Batch } from '../core/batch.js';
import type { Job } from '../core/job.js';

/** A batch on its way, and since when. */
export interface SentBatch extends Batch {
  /** Monotonic time of sending, ms. */
  readonly sentAt: number;
}

/** The batches one worker has and has not answered. */
export class InFlight {
  readonly #batches = new Map<number, SentBatch>();
  #jobs = 0;
  #nextId = 1;

  /** Jobs whose answers are still to come, given-up ones included until their batch is back. */
  get jobs(): number {
    return this.#jobs;
  }

  get batches(): number {
    return this.#batches.size;
  }

  /** Takes the jobs in under a new batch number. */
  add(jobs: readonly Job[], sentAt: number): SentBatch {
    const batch = { id: this.#nextId, jobs, sentAt };
    this.#nextId = this.#nextId === 0xffff_ffff ? 1 : this.#nextId + 1;
    this.#batches.set(batch.id, batch);
    this.#jobs += jobs.length;
    return batch;
  }

  get(id: number): SentBatch | undefined {
    return this.#batches.get(id);
  }

  remove(batch: SentBatch): void {
    if (this.#batches.delete(batch.id)) this.#jobs -= batch.jobs.length;
  }

  /** Where a job is: its batch and its place in it. */
  find(job: Job): { readonly batch: SentBatch; readonly index: number } | undefined {
    for (const batch of this.#batches.values()) {
      const index = batch.jobs.indexOf(job);
      if (index >= 0) return { batch, index };
    }
    return undefined;
  }

  /** Empties the table; gives the jobs nobody settled yet. */
  takeAll(): readonly Job[] {
    const left = [...this.#batches.values()].flatMap((batch) => batch.jobs).filter((job) => !job.settled);
    this.#batches.clear();
    this.#jobs = 0;
    return left;
  }
}
