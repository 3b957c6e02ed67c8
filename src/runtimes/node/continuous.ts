import type { BatchHeader, WireJob } from '../../wire/frames.js';

/**
 * What is known of requests from one round of continuous batching to the next. The server names those that go on without
 * headers and parts: the handler sees their headers again, and no input.
 */
export class Rounds {
  #known: ReadonlyMap<string, WireJob> = new Map();

  /** The batch as the handler is to see it. A description is no round: it comes between two and changes nothing. */
  open(batch: BatchHeader): BatchHeader {
    if (batch.jobs[0]?.verb === 'describe') return batch;
    const jobs = batch.jobs.map((job) => (job.held ? (this.#known.get(job.id) ?? job) : job));
    this.#known = new Map(jobs.map((job) => [job.id, { ...job, parts: [] }]));
    return { jobs };
  }
}
