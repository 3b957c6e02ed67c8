import type { Summary } from '../sample.js';
import type { Histogram } from '../stats/histogram.js';

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
  /** How many failed of each kind, see `faultKind`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of the right answers alone. */
  readonly histogram: Histogram;
  readonly timeline: readonly Slice[];
  /** At a constant rate: requests whose time came but that found no free connection until the end. */
  readonly unsent: number;
  /** Requests that were sent again on a new connection: theirs ended before anything of the answer came. */
  readonly reconnects: number;
}

/** A piece of a phase, by when its answers came. Latencies are 0 where nothing was answered. */
export interface Slice {
  /** From the begin of the phase. */
  readonly fromSec: number;
  readonly seconds: number;
  readonly answered: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
