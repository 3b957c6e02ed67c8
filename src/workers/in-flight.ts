import type { Batch } from '../core/batch.js';
import type { Job } from '../core/job.js';

/** A batch on its way, and since when. */
export interface SentBatch extends Batch {
  /** Monotonic time of sending, ms. */
  readonly sentAt: number;
  /** The first so many jobs were kept by the worker from an earlier round. */
  readonly held: number;
}

/** The batches one worker has and has not answered, and the jobs it keeps between two rounds. */
export class InFlight {
  readonly #batches = new Map<number, SentBatch>();
  readonly #kept = new Set<Job>();
  #jobs = 0;
  #nextId = 1;

  /** Jobs whose answers are still to come, given-up ones included until their batch is back. */
  get jobs(): number {
    return this.#jobs + this.#kept.size;
  }

  /** Jobs kept for the next round; none while one is on its way. */
  get kept(): number {
    return this.#kept.size;
  }

  get batches(): number {
    return this.#batches.size;
  }

  /** Takes the jobs in under a new batch number, behind those that were kept; a job that must be alone is. */
  add(added: readonly Job[], sentAt: number): SentBatch {
    const held = this.#kept.size === 0 || added[0]?.alone ? 0 : this.#kept.size;
    const jobs = held === 0 ? added : [...this.#kept, ...added];
    if (held > 0) this.#kept.clear();
    const batch = { id: this.#nextId, jobs, sentAt, held };
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

  /** The batch is over: those of its jobs that are not settled are kept. */
  close(batch: SentBatch): void {
    this.remove(batch);
    for (const job of batch.jobs) if (!job.settled) this.#kept.add(job);
  }

  /** Forgets a job that was kept. */
  drop(job: Job): void {
    this.#kept.delete(job);
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
    const sent = [...this.#batches.values()].flatMap((batch) => batch.jobs).filter((job) => !job.settled);
    const left = [...sent, ...this.#kept];
    this.#batches.clear();
    this.#kept.clear();
    this.#jobs = 0;
    return left;
  }
}
