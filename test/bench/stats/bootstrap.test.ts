import { describe, expect, it } from 'vitest';
import { ratioInterval } from '../../../src/bench/stats/bootstrap.js';

describe('the interval of a ratio', () => {
  it('is the ratio itself when nothing scatters', () => {
    expect(ratioInterval([4, 4, 4], [2, 2, 2])).toEqual({ low: 2, high: 2 });
  });

  it('holds the ratio of the medians, lies within the extremes, and is the same every time', () => {
    const [fast, slow] = [
      [19, 20, 21, 20.5, 19.5],
      [10, 10.4, 9.6, 10.2, 9.9],
    ] as const;
    const interval = ratioInterval(fast, slow);
    expect(interval?.low).toBeLessThan(2);
    expect(interval?.high).toBeGreaterThan(2);
    expect(interval?.low).toBeGreaterThanOrEqual(19 / 10.4);
    expect(interval?.high).toBeLessThanOrEqual(21 / 9.6);
    expect(ratioInterval(fast, slow)).toEqual(interval);
  });

  it('is not widened by slow minutes that hit both', () => {
    // Each repeat is twice as fast as its partner, though the repeats themselves lie far apart.
    expect(ratioInterval([20, 10, 2], [10, 5, 1])).toEqual({ low: 2, high: 2 });
  });

  it('takes sides of different length', () => {
    expect(ratioInterval([6, 6, 6, 6], [3, 3, 3])).toEqual({ low: 2, high: 2 });
  });

  it('is unknown with fewer than three repeats', () => {
    expect(ratioInterval([4, 4], [2, 2])).toBeUndefined();
    expect(ratioInterval([4, 4, 4], [2])).toBeUndefined();
  });
});
