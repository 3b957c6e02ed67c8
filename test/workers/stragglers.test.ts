import { describe, expect, it } from 'vitest';
import { Stragglers } from '../../src/workers/stragglers.js';
import { FakeClock } from '../core/fake-clock.js';

function watch(count: number) {
  const clock = new FakeClock();
  const stuck: [number, number][] = [];
  const stragglers = new Stragglers(count, 100, clock, (rank) => stuck.push([rank, clock.time]));
  return {
    clock,
    stuck,
    stop: () => stragglers.stop(),
    answered: () => stragglers.answered(clock.time),
    finished: (rank: number) => stragglers.finished(rank, clock.time),
  };
}

describe('a rank behind the first', () => {
  it('is stuck when it has not finished what the first answered before the limit', () => {
    const { clock, stuck, answered, finished } = watch(3);
    clock.moveTo(50);
    answered();
    finished(2);
    clock.moveTo(149);
    expect(stuck).toEqual([]);
    clock.moveTo(1000);
    expect(stuck).toEqual([[1, 150]]);
  });

  it('may take its time with what the first has not answered either', () => {
    const { clock, stuck, answered, finished } = watch(2);
    answered();
    finished(1);
    clock.moveTo(1000);
    expect(stuck).toEqual([]);
    answered();
    clock.moveTo(1100);
    expect(stuck).toEqual([[1, 1100]]);
  });

  it('may be ahead of it', () => {
    const { clock, stuck, answered, finished } = watch(2);
    finished(1);
    finished(1);
    clock.moveTo(500);
    answered();
    answered();
    clock.moveTo(1000);
    expect(stuck).toEqual([]);
  });

  it('may be behind as long as it finishes something', () => {
    const { clock, stuck, answered, finished } = watch(2);
    for (let batch = 0; batch < 5; batch += 1) answered();
    for (let batch = 0; batch < 4; batch += 1) {
      clock.moveTo(clock.time + 90);
      finished(1);
    }
    expect(stuck).toEqual([]);
    clock.moveTo(1000);
    expect(stuck).toEqual([[1, 460]]);
  });

  it('is not watched any more once the group has ended, and others are not known', () => {
    const { clock, stuck, answered, finished, stop } = watch(2);
    finished(7);
    answered();
    stop();
    clock.moveTo(1000);
    expect(stuck).toEqual([]);
  });
});
