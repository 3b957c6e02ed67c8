import type { Summary } from '../sample.js';

/** One measured stretch of requests. */
export interface Phase {
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Requests that got an answer or failed; those cut off by Ctrl-C are not among them. */
  readonly asked: number;
  /** Of the right answers alone. */
  readonly latency: Summary;
  readonly failed: number;
  /** Why the first failed one did. */
  readonly fault: string | undefined;
}
