import { BusyLoop } from '../core/busy-loop.js';

/** So many batches, each sent when the one before was back, are no accident. */
const SINGLE_FILE = 20;

/**
 * Decides when to look for what comes next without sleeping (the key `busy_poll_us`). To wake a sleeping process takes
 * tens of microseconds, on a virtual machine longer than many a handler, and a request wakes four. So while requests
 * come one at a time and quickly, this process stays awake for each answer, and the worker for the next batch. When
 * there is more to do nobody sleeps anyway; a slow handler or a slow client is worth sleeping for. One for all workers.
 */
export class BusyPoll {
  readonly #windowMs: number;
  readonly #loop: Pick<BusyLoop, 'until' | 'rest'>;
  /** Batches sent and not back, of all workers. */
  #underWay = 0;
  #aloneInARow = 0;
  /** Monotonic time at which the last of them was back, ms. */
  #idleSince = Number.NEGATIVE_INFINITY;

  /** `windowUs` is the longest time to look for one event; 0: never. */
  constructor(windowUs = 0, loop: Pick<BusyLoop, 'until' | 'rest'> = new BusyLoop()) {
    this.#windowMs = windowUs / 1000;
    this.#loop = loop;
  }

  /**
   * A batch leaves at `now` for a worker whose last one took `handlerMs`. Gives how long the worker may look for the
   * next batch once this one has come, in microseconds; undefined: it shall sleep.
   */
  sent(now: number, handlerMs: number): number | undefined {
    this.#underWay += 1;
    this.#aloneInARow = this.#underWay > 1 ? 0 : this.#aloneInARow + 1;
    if (this.#aloneInARow < SINGLE_FILE || handlerMs * 2 >= this.#windowMs) return undefined;
    this.#loop.until(now + this.#windowMs);
    return now - this.#idleSince < this.#windowMs ? this.#windowMs * 1000 : undefined;
  }

  /** Batches are back, or never will be. */
  back(now: number, batches = 1): void {
    this.#underWay -= batches;
    if (this.#underWay > 0) return;
    this.#idleSince = now;
    this.#loop.rest();
  }
}
