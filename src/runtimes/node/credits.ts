/** Handlers below this many milliseconds a batch spend more time waiting for the next frame than computing. */
const SHORT_MS = 0.5;
/** Above this the window closes again; the gap keeps it from flapping. */
const LONG_MS = 1;
/** Weight of the newest batch in the moving average. */
const WEIGHT = 0.1;

/**
 * How many batches may be on their way to this worker at a time. It starts with one. While the handler is short the
 * window grows by one batch per answer up to `maxCredits`, so that the next batch is already here when one is done;
 * when the handler gets long it shrinks back to one by not giving credits back.
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
    this.#averageMs =
      this.#averageMs === undefined ? handlerMs : this.#averageMs + WEIGHT * (handlerMs - this.#averageMs);
    if (this.#averageMs < SHORT_MS && this.#size < this.#maxCredits) {
      this.#size += 1;
      return 2;
    }
    if (this.#averageMs > LONG_MS && this.#size > 1) {
      this.#size -= 1;
      return 0;
    }
    return 1;
  }
}
