/** One line of a file of recorded requests, as JSON (docs/replay.md). */
export interface RecordedRequest {
  /** When its last byte had arrived; ISO 8601 with milliseconds, UTC. */
  readonly time: string;
  readonly method: string;
  /** With the query, still percent-encoded. */
  readonly path: string;
  /** By names in lower case; values of a repeated header have `, ` between. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, when it is UTF-8. */
  readonly body?: string;
  /** The body, when it is not. */
  readonly bodyBase64?: string;
  /** Size of a body that was too long to be kept. */
  readonly bodyBytesLeftOut?: number;
}

/** What stands in place of a secret. */
export const REDACTED = '[redacted]';
