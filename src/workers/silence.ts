import type { Clock } from '../core/clock.js';

/**
 * Watches for a worker that owes answers and says nothing. One timer per worker, however many batches: they only move
 * a time, and the timer looks at it when it rings.
 */
export class Silence {
  readonly #limitMs: number;
  readonly #clock: Clock;
  readonly #owes: () => boolean;
  readonly #onSilent: () => void;
  #since = 0;
  #stopTimer: (() => void) | undefined;

  /** `onSilent` is called once nothing was heard for `limitMs` while `owes` was true. */
  constructor(limitMs: number, clock: Clock, owes: () => boolean, onSilent: () => void) {
    this.#limitMs = limitMs;
    this.#clock = clock;
    this.#owes = owes;
    this.#onSilent = onSilent;
  }

  /** The worker was sent something, or gave an answer or a piece of one, at `now`. */
  broken(now: number): void {
    this.#since = now;
    if (!this.#stopTimer) this.#watch(this.#limitMs);
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #watch(waitMs: number): void {
    this.#stopTimer = this.#clock.after(Math.ceil(waitMs), () => {
      this.#stopTimer = undefined;
      if (!this.#owes()) return;
      const leftMs = this.#limitMs - (this.#clock.now() - this.#since);
      if (leftMs > 0) this.#watch(leftMs);
      else this.#onSilent();
    });
  }
}
