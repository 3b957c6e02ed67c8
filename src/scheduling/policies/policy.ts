/** A job as policies see it. */
export interface WaitingJob {
  /** Monotonic, ms. */
  readonly admittedAt: number;
  /** It must be a batch of its own. */
  readonly alone: boolean;
}

export interface PolicySettings {
  /** Jobs in one batch at most. */
  readonly batchSize: number;
  /** How long a job may wait for company, counted from its admission. */
  readonly maxBatchDelayMs: number;
}

export interface BatchPlan {
  /** Sizes of the batches to take from the head of the queue now, one per credit. */
  readonly batches: readonly number[];
  /** Monotonic time at which waiting for company ends, ms; undefined if nothing waits for it. */
  readonly lookAgainAt: number | undefined;
}
