import { describe, expect, it } from 'vitest';
import { Alarm } from '../../src/scheduling/alarm.js';
import { FakeClock } from '../core/fake-clock.js';

function setUp() {
  const clock = new FakeClock();
  const rings: number[] = [];
  const alarm = new Alarm(clock, () => rings.push(clock.now()));
  return { clock, rings, alarm };
}

describe('an alarm', () => {
  it('rings once, at the time asked for', () => {
    const { clock, rings, alarm } = setUp();
    alarm.ringAt(10, 0);
    clock.moveTo(9);
    expect(rings).toEqual([]);
    clock.moveTo(59);
    expect(rings).toEqual([10]);
  });

  it('is moved to an earlier time, and not to a later one', () => {
    const { clock, rings, alarm } = setUp();
    alarm.ringAt(10, 0);
    alarm.ringAt(20, 0);
    alarm.ringAt(5, 0);
    clock.moveTo(30);
    expect(rings).toEqual([5]);
  });

  it('rings at once for a time that is over, and never for none', () => {
    const { clock, rings, alarm } = setUp();
    alarm.ringAt(undefined, 0);
    clock.moveTo(5);
    alarm.ringAt(1, clock.now());
    clock.moveTo(5);
    expect(rings).toEqual([5]);
  });

  it('can be set again after it was stopped', () => {
    const { clock, rings, alarm } = setUp();
    alarm.ringAt(10, 0);
    alarm.stop();
    clock.moveTo(20);
    alarm.ringAt(30, clock.now());
    clock.moveTo(40);
    expect(rings).toEqual([30]);
  });
});
