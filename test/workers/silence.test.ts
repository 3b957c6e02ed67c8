import { describe, expect, it } from 'vitest';
import { Silence } from '../../src/workers/silence.js';
import { FakeClock } from '../core/fake-clock.js';

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
