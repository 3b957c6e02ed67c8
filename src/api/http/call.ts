import type { Job } from '../../core/job.js';

/** One HTTP request, whole: its body has arrived. */
export interface Call {
  /** A UUID made by the server; goes out as `x-request-id`. */
  readonly id: string;
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** What follows the question mark, still encoded; empty if there is none. */
  readonly query: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** Value of the header, empty if there is none. */
  readonly contentType: string;
  /** The body as it came; whoever can should hand these on, since to join a megabyte costs as much as to read it. */
  readonly pieces: readonly Buffer[];
  /** The same in one; joined when it is first asked for. */
  readonly body: Buffer;
  /** Ties a job to the client's connection: when that ends before the answer, the job is cancelled. */
  bind(job: Job): void;
}

/** What goes back. */
export interface Reply {
  readonly status: number;
  /** Reason phrase; the usual one for the status if absent. */
  readonly reason?: string;
  /** Names and values in turn, without the ones every answer has. */
  readonly headers: readonly string[];
  readonly body: string | readonly Buffer[] | AsyncIterable<Buffer>;
}
