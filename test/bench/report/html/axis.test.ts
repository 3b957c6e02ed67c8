import { describe, expect, it } from 'vitest';
import { linearAxis, logAxis, writeTick } from '../../../../src/bench/report/html/axis.js';

describe('an axis in even steps', () => {
  it('has round ticks from 0 to what it must hold', () => {
    expect(linearAxis('x', 6).ticks).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(linearAxis('x', 287).ticks).toEqual([0, 50, 100, 150, 200, 250, 300]);
    expect(linearAxis('x', 287).place(150)).toBe(0.5);
  });

  it('counts in whole steps what is whole', () => {
    expect(linearAxis('workers', 3, 1).ticks).toEqual([0, 1, 2, 3]);
  });

  it.each([0, 0.00034, 1, 99.9, 1e9])('holds %d within a few ticks', (most) => {
    const { to, ticks } = linearAxis('x', most);
    expect(to).toBeGreaterThanOrEqual(most);
    expect(ticks.length).toBeLessThan(9);
  });
});

describe('an axis in equal factors', () => {
  it('has its ticks at 1, 2 and 5 and the middle at the geometric mean', () => {
    const { ticks, place } = logAxis('ms', 1, 100);
    expect(ticks).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect([place(1), place(10), place(100)]).toEqual([0, 0.5, 1]);
  });

  it('takes a single value', () => {
    expect(Number.isFinite(logAxis('ms', 3, 3).place(3))).toBe(true);
  });
});

describe('a tick', () => {
  it.each([
    [0.1 + 0.2, '0.3'],
    [1234, '1230'],
    [25_000, '25k'],
    [3_500_000, '3.5M'],
  ])('%d is written %s', (value, text) => {
    expect(writeTick(value)).toBe(text);
  });
});
