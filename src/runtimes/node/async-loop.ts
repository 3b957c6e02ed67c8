import type { BatchHeader } from '../../wire/frames.js';
import { abandoned, type Loop } from './batch-loop.js';
import type { WorkerContext } from './context.js';
import type { Outbox } from './outbox.js';
import type { BatchResult, Service } from './service.js';

/** Between two signs of life while calls are under way; the shortest response timeout is a second. */
const ALIVE_INTERVAL_MS = 250;

/** One batch under way: what its handler sees, and what runs it. */
export interface AsyncCall {
  readonly context: WorkerContext;
  readonly service: Service;
}

export interface AsyncLoopOptions {
  /** A call of its own for the batch of this number; its intermediate answers carry the number. */
  readonly newCall: (batchId: number) => AsyncCall;
  readonly outbox: Outbox;
  /** Batches that may be under way at a time. */
  readonly firstCredits: number;
  /** Monotonic milliseconds; tests hand in their own. */
  readonly now?: () => number;
}

/** Runs batches side by side, as far as the handler awaits: TorchServe's `asyncCommunication`. */
export class AsyncLoop implements Loop {
  readonly firstCredits: number;
  readonly #options: AsyncLoopOptions;
  readonly #now: () => number;
  readonly #cancelled = new Map<number, Set<number>>();
  #onIdle: (() => void) | undefined;
  #heart: NodeJS.Timeout | undefined;

  constructor(options: AsyncLoopOptions) {
    this.firstCredits = options.firstCredits;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Starts a batch beside those that are under way. */
  add(id: number, header: BatchHeader, body: Buffer): void {
    const begun = this.#now();
    const cancelled = new Set<number>();
    this.#cancelled.set(id, cancelled);
    const { context, service } = this.#options.newCall(id);
    context.begin(header, cancelled);
    const result = context.abandoned ? abandoned(header) : service.predict(header, body);
    if (result instanceof Promise) {
      void result.then((settled) => this.#finish(id, settled, begun));
      this.#heart ??= setInterval(() => this.#beat(), ALIVE_INTERVAL_MS);
    } else this.#finish(id, result, begun);
  }

  cancel(id: number, jobs: readonly number[]): void {
    for (const idx of jobs) this.#cancelled.get(id)?.add(idx);
  }

  /** Writes what is answered; everything runs already. */
  run(): void {
    this.#options.outbox.flush();
  }

  whenIdle(call: () => void): void {
    this.#onIdle = call;
    this.#tellIdle();
  }

  /** The server ends a worker that owes answers and says nothing: calls may take long, the event loop may not. */
  #beat(): void {
    if (this.#cancelled.size > 0) {
      this.#options.outbox.put('ALIVE', 0, {});
      this.#options.outbox.flush();
      return;
    }
    clearInterval(this.#heart);
    this.#heart = undefined;
  }

  #finish(id: number, result: BatchResult, begun: number): void {
    const { outbox } = this.#options;
    const handlerMs = this.#now() - begun;
    this.#cancelled.delete(id);
    outbox.put('DONE', id, { answers: result.answers, credits: 1, handlerMs }, result.bodies);
    outbox.flushSoon();
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#cancelled.size > 0 || !this.#onIdle) return;
    this.#options.outbox.flush();
    this.#onIdle();
  }
}
