import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.js';
import { Silence } from '../../src/workers/silence.js';

/** A clock that is moved by hand. */
class FakeClock implements Clock {
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

function watch(limitMs = 100) {
  const clock = new FakeClock();
  const seen: number[] = [];
  const state = { owes: true };
  const silence = new Silence(
    limitMs,
    clock,
    () => state.owes,
    () => seen.push(clock.time),
  );
  return { clock, seen, state, silence };
}

describe('the silence of a worker', () => {
  it('is noticed when the limit is over', () => {
    const { clock, seen, silence } = watch();
    silence.broken(0);
    clock.moveTo(99);
    expect(seen).toEqual([]);
    clock.moveTo(500);
    expect(seen).toEqual([100]);
  });

  it('counts from the last word, with one timer however often there is one', () => {
    const { clock, seen, silence } = watch();
    for (let time = 0; time <= 90; time += 1) {
      clock.moveTo(time);
      silence.broken(time);
    }
    expect(clock.set).toBe(1);
    clock.moveTo(189);
    expect(seen).toEqual([]);
    clock.moveTo(191);
    expect(seen).toEqual([190]);
  });

  it('does not matter while nothing is owed', () => {
    const { clock, seen, state, silence } = watch();
    silence.broken(0);
    state.owes = false;
    clock.moveTo(1000);
    expect(seen).toEqual([]);
    state.owes = true;
    silence.broken(1000);
    clock.moveTo(1100);
    expect(seen).toEqual([1100]);
  });

  it('is not watched any more once the worker has ended', () => {
    const { clock, seen, silence } = watch();
    silence.broken(0);
    silence.stop();
    clock.moveTo(1000);
    expect(seen).toEqual([]);
  });
});
