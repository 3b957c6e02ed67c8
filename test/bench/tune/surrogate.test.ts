import { describe, expect, it } from 'vitest';
import { fitSurrogate } from '../../../src/bench/tune/surrogate.js';

const line = (count: number) => Array.from({ length: count }, (_, index) => [index / (count - 1)]);

describe('a smooth guess through measured values', () => {
  it('goes through the values and between them', () => {
    const points = line(6);
    const guess = fitSurrogate(
      points,
      points.map(([x = 0]) => Math.sin(3 * x)),
    );
    expect(guess([0.4]).mean).toBeCloseTo(Math.sin(1.2), 1);
    expect(guess([0.5]).mean).toBeCloseTo(Math.sin(1.5), 1);
  });

  it('is surest where it knows something', () => {
    const guess = fitSurrogate([[0], [0.2], [0.4]], [1, 2, 1.5]);
    expect(guess([0.2]).deviation).toBeLessThan(guess([1]).deviation);
  });

  it('learns that a setting has no effect', () => {
    const points = line(4).flatMap(([x = 0]) => line(4).map(([y = 0]) => [x, y]));
    const guess = fitSurrogate(
      points,
      points.map(([x = 0]) => 5 * x),
    );
    expect(guess([0.5, 0]).mean).toBeCloseTo(2.5, 1);
    expect(guess([0.5, 1]).mean).toBeCloseTo(2.5, 1);
  });

  it('bears values that are all the same, and points that were measured twice', () => {
    expect(fitSurrogate([[0], [0], [1]], [3, 3, 3])([0.5]).mean).toBeCloseTo(3);
    expect(fitSurrogate([[0], [0], [1]], [1, 2, 4])([0]).mean).toBeCloseTo(1.5, 0);
  });
});
