/** Why a worker ended that nobody had asked to; written as JSON as it is, undefined fields left out. */
export interface WorkerFailure {
  /** A sentence for operators, or the words of the handler's exception. */
  readonly reason: string;
  /** Where in the archive it happened, such as `handler.py:12`; undefined when nothing tells. */
  readonly place: string | undefined;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** It was killed for want of memory, or said that it had none. */
  readonly outOfMemory: boolean;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** What it last wrote to stderr, oldest line first. */
  readonly lastLines: readonly string[];
}
