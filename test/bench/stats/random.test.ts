import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/bench/stats/random.js';

const draw = (seed: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: 10_000 }, random);
};

describe('numbers from a seed', () => {
  it('are the same again, and others for another seed', () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('lie evenly from 0 up to 1', () => {
    const numbers = draw(7);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length,
    );
    expect(tenths.reduce((sum, count) => sum + count)).toBe(10_000);
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
