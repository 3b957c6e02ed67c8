import { Readable } from 'node:stream';
import { asServeError, type ServeError, serveError } from './errors.js';
import type { Answer, AnswerHead, InferenceRequest } from './inference.js';

/** Whoever holds a job that is not settled yet: a queue, then a worker. Told when the client has gone. */
export interface JobOwner {
  /** Lets go of the job at once; its late answer, if any, must be dropped. */
  abandon(job: Job): void;
}

/** How a job ended. A stream that was begun and then broke counts as failed. */
export type Outcome =
  | { readonly kind: 'answered'; readonly head: AnswerHead; readonly body: readonly Buffer[] }
  | { readonly kind: 'failed'; readonly error: ServeError };

export interface JobOptions {
  /** Monotonic time of admission, ms. */
  readonly admittedAt: number;
  /** Monotonic time after which the job is answered 408 instead of being sent; none if absent. */
  readonly deadlineAt?: number;
  /** Bytes of a streamed answer that may wait for a slow client before the job is given up. Default 64 MiB. */
  readonly maxBufferedBytes?: number;
  /** Called once, after the outcome is known. */
  readonly onSettled?: (job: Job) => void;
}

/**
 * One request on its way to exactly one answer. Rooms downstream call `write` and `settle`; the API awaits `answer`.
 * `settle` is the only exit; calling it twice is a bug and throws.
 */
export class Job {
  readonly request: InferenceRequest;
  readonly admittedAt: number;
  readonly deadlineAt: number | undefined;
  /** Resolves with the head and the bytes (or the running stream); rejects with the ServeError of a failed job. */
  readonly answer: Promise<Answer>;
  owner: JobOwner | undefined;
  /** Monotonic time at which a worker was chosen, ms. */
  sentAt: number | undefined;
  settledAt: number | undefined;
  outcome: Outcome | undefined;

  readonly #maxBufferedBytes: number;
  readonly #onSettled: ((job: Job) => void) | undefined;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: ServeError) => void;
  #stream: Readable | undefined;
  #head: AnswerHead | undefined;
  #latestHead: AnswerHead | undefined;

  constructor(request: InferenceRequest, options: JobOptions) {
    this.request = request;
    this.admittedAt = options.admittedAt;
    this.deadlineAt = options.deadlineAt;
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 64 * 1024 * 1024;
    this.#onSettled = options.onSettled;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get settled(): boolean {
    return this.outcome !== undefined;
  }

  /** A `describe` job is always a batch of its own, as in TorchServe. */
  get alone(): boolean {
    return this.request.verb === 'describe';
  }

  /** True once the head of a streamed answer has gone out. */
  get streaming(): boolean {
    return this.#stream !== undefined;
  }

  /** Hands on a part of a streamed answer; the first one carries the head. Late parts of a settled job are dropped. */
  write(head: AnswerHead, pieces: readonly Buffer[]): void {
    if (this.settled) return;
    this.#latestHead = head;
    if (!this.#stream) {
      this.#head = head;
      this.#stream = new Readable({ read() {} });
      // Whoever reads is told of an error all the same; that nobody reads yet must not end the server.
      this.#stream.on('error', () => {});
      this.#resolve(answerOf(head, this.#stream));
    }
    for (const piece of pieces) this.#stream.push(piece);
    if (this.#stream.readableLength > this.#maxBufferedBytes) this.cancel();
  }

  /** Ends the job. `settledAt` is monotonic milliseconds. */
  settle(outcome: Outcome, settledAt: number): void {
    if (this.outcome) throw new Error(`job ${this.request.id} was settled twice`);
    this.outcome = outcome;
    this.settledAt = settledAt;
    this.owner = undefined;
    if (this.#stream) this.#endStream(this.#stream, outcome);
    else if (outcome.kind === 'answered') this.#resolve(answerOf(outcome.head, outcome.body));
    else this.#rejectWith(outcome.error);
    this.#onSettled?.(this);
  }

  /** Ends the job with an error; any thrown value will do. */
  fail(thrown: unknown, settledAt: number): void {
    this.settle({ kind: 'failed', error: asServeError(thrown) }, settledAt);
  }

  /** The client has gone: the owner lets go and the job is settled as CLIENT_GONE. Does nothing when already settled. */
  cancel(): void {
    if (this.settled) return;
    this.owner?.abandon(this);
    if (!this.settled) this.fail(serveError('CLIENT_GONE', {}), this.sentAt ?? this.admittedAt);
  }

  /** Headers of the answer, or of the latest piece of a streamed one that still runs; undefined before there are any. */
  get latestHeaders(): AnswerHead['headers'] | undefined {
    return this.outcome?.kind === 'answered' ? this.outcome.head.headers : this.#latestHead?.headers;
  }

  /** Status that the client saw or will see; 0 while nothing is known. */
  get status(): number {
    if (this.#head) return this.#head.status;
    if (!this.outcome) return 0;
    return this.outcome.kind === 'answered' ? this.outcome.head.status : this.outcome.error.status;
  }

  /** A job may fail before anyone awaits it (the client left): that is an outcome, not an unhandled rejection. */
  #rejectWith(error: ServeError): void {
    this.answer.catch(() => {});
    this.#reject(error);
  }

  #endStream(stream: Readable, outcome: Outcome): void {
    if (outcome.kind === 'failed') {
      stream.destroy(outcome.error);
      return;
    }
    for (const piece of outcome.body) if (piece.length > 0) stream.push(piece);
    stream.push(null);
  }
}

/** Written out, since to add to a copy takes V8 many times as long. */
function answerOf({ status, reason, headers }: AnswerHead, body: Answer['body']): Answer {
  return { status, reason, headers, body };
}
