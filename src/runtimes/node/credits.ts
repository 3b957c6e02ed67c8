/** Work that may be on its way to a worker: the window grows as long as one batch more would stay below this. */
const GROW_BELOW_MS = 1;
/** Above this the window closes again; the gap keeps it from flapping. */
const SHRINK_ABOVE_MS = 2;
/** Weight of the newest batch in the moving average. */
const WEIGHT = 0.1;

/**
 * How many batches may be on their way to this worker at a time. It starts with one. A short handler spends more time
 * waiting for the next frame than computing, so the window grows by one batch per answer, up to `maxCredits` and to
 * about a millisecond of work; when the handler gets long it shrinks back to one by not giving credits back.
 */
export class CreditWindow {
  readonly #maxCredits: number;
  #size = 1;
  #averageMs: number | undefined;

  /** `maxCredits` 1 switches the growing off. */
  constructor(maxCredits: number) {
    this.#maxCredits = maxCredits;
  }

  /** Credits to give back with the answer of a batch that took `handlerMs`: usually 1, 2 to grow, 0 to shrink. */
  afterBatch(handlerMs: number): number {
    const averageMs = this.#average(handlerMs);
    if (this.#size < this.#maxCredits && (this.#size + 1) * averageMs < GROW_BELOW_MS) {
      this.#size += 1;
      return 2;
    }
    if (this.#size > 1 && this.#size * averageMs > SHRINK_ABOVE_MS) {
      this.#size -= 1;
      return 0;
    }
    return 1;
  }

  #average(handlerMs: number): number {
    const before = this.#averageMs ?? handlerMs;
    this.#averageMs = before + WEIGHT * (handlerMs - before);
    return this.#averageMs;
  }
}
