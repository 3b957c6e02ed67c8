import type { Clock } from '../../src/core/clock.js';

/** A clock that is moved by hand. */
export class FakeClock implements Clock {
  time = 0;
  timers: { readonly at: number; readonly wake: () => void }[] = [];
  set = 0;

  now(): number {
    return this.time;
  }

  date(): number {
    return this.time;
  }

  after(delayMs: number, wake: () => void): () => void {
    const timer = { at: this.time + delayMs, wake };
    this.set += 1;
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves on to this time; timers ring on the way. */
  moveTo(time: number): void {
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    this.time = time;
  }
}
