import type { Clock } from '../core/clock.js';

/** One timer for the next moment at which something may have to be done. */
export class Alarm {
  readonly #clock: Clock;
  readonly #onRing: () => void;
  #stopTimer: (() => void) | undefined;
  #ringsAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onRing: () => void) {
    this.#clock = clock;
    this.#onRing = onRing;
  }

  /**
   * Rings at `at` (monotonic ms) at the latest; undefined asks for nothing. A timer that rings too early only looks once
   * more, so it is moved in one direction alone.
   */
  ringAt(at: number | undefined, now: number): void {
    if (at === undefined || at >= this.#ringsAt) return;
    this.stop();
    this.#ringsAt = at;
    this.#stopTimer = this.#clock.after(Math.max(0, Math.ceil(at - now)), () => {
      this.#stopTimer = undefined;
      this.#ringsAt = Number.POSITIVE_INFINITY;
      this.#onRing();
    });
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#ringsAt = Number.POSITIVE_INFINITY;
  }
}
