import type { Job } from './job.js';

/** Jobs sealed together for one worker. `id` is unique per worker and names the batch on the wire. */
export interface Batch {
  readonly id: number;
  readonly jobs: readonly Job[];
}
