import type { BatchHeader, WireAnswer, WireJob } from '../../wire/frames.js';

/**
 * What goes on from one round of continuous batching to the next. The server names such a job without headers and parts:
 * the handler sees its headers again, and no input.
 */
export class Rounds {
  #kept: ReadonlyMap<string, WireJob> = new Map();

  /** The batch as the handler is to see it. */
  open(batch: BatchHeader): BatchHeader {
    return { jobs: batch.jobs.map((job) => (job.held ? (this.#kept.get(job.id) ?? job) : job)) };
  }

  /** Keeps the jobs whose answers go on. A description is no round: it comes between two and changes nothing. */
  close({ jobs }: BatchHeader, answers: readonly WireAnswer[]): void {
    if (jobs[0]?.verb === 'describe') return;
    const going = jobs.filter((_, index) => answers[index]?.more);
    this.#kept = new Map(going.map((job) => [job.id, { ...job, parts: [] }]));
  }
}
