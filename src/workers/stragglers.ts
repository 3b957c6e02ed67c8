import type { Clock } from '../core/clock.js';
import { Silence } from './silence.js';

interface Follower {
  /** Batches it has computed. */
  finished: number;
  readonly silence: Silence;
}

/**
 * Watches the ranks behind the first where all compute every batch. A rank may be behind, but one that finishes nothing for
 * the limit while the first has answered more than it is stuck: the first shows it only if it has to wait for it. Batches
 * are counted, since all get the same ones.
 */
export class Stragglers {
  readonly #followers = new Map<number, Follower>();
  /** Batches of the first rank. */
  #answered = 0;

  /** Of `count` ranks; `onStuck` is told which. */
  constructor(count: number, limitMs: number, clock: Clock, onStuck: (rank: number) => void) {
    for (let rank = 1; rank < count; rank += 1) {
      const owes = (): boolean => (this.#followers.get(rank)?.finished ?? 0) < this.#answered;
      this.#followers.set(rank, {
        finished: 0,
        silence: new Silence(limitMs, clock, owes, () => onStuck(rank)),
      });
    }
  }

  /** The first rank has answered a batch, at `now`. */
  answered(now: number): void {
    for (const { finished, silence } of this.#followers.values())
      if (finished === this.#answered) silence.broken(now);
    this.#answered += 1;
  }

  /** A rank behind it has computed one. */
  finished(rank: number, now: number): void {
    const follower = this.#followers.get(rank);
    if (!follower) return;
    follower.finished += 1;
    if (follower.finished < this.#answered) follower.silence.broken(now);
  }

  stop(): void {
    for (const { silence } of this.#followers.values()) silence.stop();
  }
}
