import type { Job } from '../core/job.js';
import type { Worker } from '../workers/worker.js';
import { JobQueue } from './job-queue.js';

/** A job on its way, and what was last read of its answer. */
interface SentJob {
  readonly job: Job;
  headers: Readonly<Record<string, string>> | undefined;
}

/** Requests that belong together: they wait here, in order, and go to one worker, which knows what came before. */
export class Sequence {
  readonly id: string;
  /** Not bounded by itself: see `full`. */
  readonly queue: JobQueue;
  /** Monotonic time at which its life ends, ms. */
  readonly endsAt: number;
  /** The worker that has it, chosen for its first job; undefined before. */
  home: Worker | undefined;
  /** Its handler has said that it is over. */
  ended = false;
  #sent: readonly SentJob[] = [];
  /** Some job of it was sent, so that its worker knows what no other knows. */
  #begun = false;
  /** Monotonic time at which it was opened or last answered, ms. */
  #idleSince: number;

  constructor(id: string, capacity: number, openedAt: number, timeoutMs: number) {
    this.id = id;
    this.queue = new JobQueue(capacity);
    this.endsAt = timeoutMs > 0 ? openedAt + timeoutMs : Number.POSITIVE_INFINITY;
    this.#idleSince = openedAt;
  }

  /** Jobs of it are on their way. */
  get running(): boolean {
    return this.#sent.length > 0;
  }

  /** As in TorchServe the one that will be sent next does not count. */
  get full(): boolean {
    return this.queue.length >= this.queue.capacity + (this.running ? 0 : 1);
  }

  /** Nothing of it waits or is on its way. */
  get idle(): boolean {
    return !this.running && this.queue.length === 0;
  }

  /** Its worker is gone or going. */
  get homeless(): boolean {
    return this.home !== undefined && this.home.state !== 'ready';
  }

  /** With its worker goes what the handler knew of it. */
  get lost(): boolean {
    return this.#begun && this.homeless;
  }

  /** When it will be over if nothing comes, monotonic ms. */
  expiresAt(maxIdleMs: number): number {
    if (!this.idle) return Number.POSITIVE_INFINITY;
    return Math.min(this.endsAt, this.#idleSince + maxIdleMs);
  }

  /** Takes its oldest job out to be sent. */
  next(): Job | undefined {
    const [job] = this.queue.take(1);
    this.#begun = true;
    if (job) this.#sent = [...this.#sent, { job, headers: undefined }];
    return job;
  }

  /** Looks at the jobs that were sent; gives the headers that their answers have gained since. */
  look(): readonly Readonly<Record<string, string>>[] {
    const news: Readonly<Record<string, string>>[] = [];
    for (const sent of this.#sent) {
      const headers = sent.job.latestHeaders;
      if (!headers || headers === sent.headers) continue;
      sent.headers = headers;
      news.push(headers);
    }
    for (const { job } of this.#sent) this.#idleSince = Math.max(this.#idleSince, job.settledAt ?? 0);
    this.#sent = this.#sent.filter(({ job }) => !job.settled);
    return news;
  }
}
