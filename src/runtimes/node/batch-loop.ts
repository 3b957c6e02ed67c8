import type { BatchHeader } from '../../wire/frames.js';
import type { WorkerContext } from './context.js';
import type { Rounds } from './continuous.js';
import type { CreditWindow } from './credits.js';
import type { Outbox } from './outbox.js';
import type { BatchResult, Service } from './service.js';

/** What answers a worker's batches. */
export interface Loop {
  /** Batches that may be sent before the first is answered. */
  readonly firstCredits: number;
  /** Takes a batch. */
  add(id: number, header: BatchHeader, body: Buffer): void;
  /** Clients of these jobs of the batch have gone. */
  cancel(id: number, jobs: readonly number[]): void;
  /** Goes on with what was taken; called after every read from the socket. */
  run(): void;
  /** Calls back once everything taken so far is answered. */
  whenIdle(call: () => void): void;
}

interface WaitingBatch {
  readonly id: number;
  header: BatchHeader;
  readonly body: Buffer;
  readonly cancelled: Set<number>;
}

/** Answers of batches shorter than this may wait for the next one's, to leave in the same write. */
const HOLD_MS = 0.2;

/** Runs batches one after another, in the order they came. */
export class BatchLoop implements Loop {
  readonly firstCredits = 1;
  readonly #service: Service;
  readonly #context: WorkerContext;
  readonly #credits: CreditWindow;
  readonly #outbox: Outbox;
  readonly #now: () => number;
  readonly #rounds: Rounds | undefined;
  readonly #waiting: WaitingBatch[] = [];
  #current: WaitingBatch | undefined;
  /** Handler time since answers were last written. */
  #heldMs = 0;
  #onIdle: (() => void) | undefined;

  /** `now` is monotonic milliseconds; tests hand in their own. With `rounds` every batch is one. */
  constructor(
    service: Service,
    context: WorkerContext,
    credits: CreditWindow,
    outbox: Outbox,
    now: () => number = () => performance.now(),
    rounds?: Rounds,
  ) {
    this.#service = service;
    this.#context = context;
    this.#credits = credits;
    this.#outbox = outbox;
    this.#now = now;
    this.#rounds = rounds;
  }

  add(id: number, header: BatchHeader, body: Buffer): void {
    this.#waiting.push({ id, header, body, cancelled: new Set() });
  }

  cancel(id: number, jobs: readonly number[]): void {
    const batch = this.#current?.id === id ? this.#current : this.#waiting.find((each) => each.id === id);
    for (const idx of jobs) batch?.cancelled.add(idx);
  }

  /** Runs what waits, without a turn of the event loop as long as the handler is synchronous. */
  run(): void {
    while (!this.#current) {
      const batch = this.#waiting.shift();
      if (!batch) break;
      const begun = this.#now();
      const result = this.#start(batch);
      if (result instanceof Promise) this.#finishLater(batch, result, begun);
      else this.#finish(batch, result, begun);
    }
    if (this.#current) {
      this.#outbox.flushSoon();
      return;
    }
    this.#flush();
    this.#onIdle?.();
  }

  /** Number of the batch that runs; pieces of its streamed answers carry it. */
  get currentId(): number {
    return this.#current?.id ?? 0;
  }

  whenIdle(call: () => void): void {
    this.#onIdle = call;
    if (!this.#current && this.#waiting.length === 0) call();
  }

  #start(batch: WaitingBatch): BatchResult | Promise<BatchResult> {
    this.#current = batch;
    if (this.#rounds) batch.header = this.#rounds.open(batch.header);
    this.#context.begin(batch.header, batch.cancelled);
    if (this.#context.abandoned) return abandoned(batch.header);
    return this.#service.predict(batch.header, batch.body);
  }

  #finishLater(batch: WaitingBatch, result: Promise<BatchResult>, begun: number): void {
    void result.then((settled) => {
      this.#finish(batch, settled, begun);
      this.run();
    });
  }

  #finish(batch: WaitingBatch, result: BatchResult, begun: number): void {
    const handlerMs = this.#now() - begun;
    const credits = this.#credits.afterBatch(handlerMs);
    this.#outbox.put('DONE', batch.id, { answers: result.answers, credits, handlerMs }, result.bodies);
    this.#current = undefined;
    this.#heldMs += handlerMs;
    if (this.#heldMs >= HOLD_MS) this.#flush();
  }

  #flush(): void {
    this.#heldMs = 0;
    this.#outbox.flush();
  }
}

/** Every client left while the batch waited: nobody will read this. */
export function abandoned({ jobs }: BatchHeader): BatchResult {
  const answer = { status: 499, reason: '', headers: {}, size: 0, error: 'The client has gone.' };
  return { answers: jobs.map(() => answer), bodies: [] };
}
