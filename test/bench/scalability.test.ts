import { describe, expect, it } from 'vitest';
import { isSketch, toScalability } from '../../src/bench/scalability.js';
import { LOAD, loadRound, phaseOf, SCALING, STAGE, scalingRound } from './measurement.js';

const round = (workers: number, seconds: number) => scalingRound(workers, phaseOf(10), phaseOf(seconds));
const of = (...rounds: ReturnType<typeof scalingRound>[]) =>
  toScalability({ rounds, interrupted: false }, SCALING, 2);

describe('the scalability of a run', () => {
  it('has fits, knee and advice of the medians of each worker count', () => {
    const [found] = of(round(1, 10), round(4, 6), round(2, 5.5), round(8, 8), round(1, 10), round(1, 99));
    expect(found?.points.map(({ workers }) => workers)).toEqual([1, 2, 4, 8]);
    expect(found?.points[0]?.requestsPerSecond).toBe(1);
    expect(found?.amdahl?.contention).toBeGreaterThan(0);
    expect(found?.usl?.coherency).toBeGreaterThan(0);
    expect(found?.knee).toBeGreaterThan(1.5);
    expect(found?.knee).toBeLessThan(5);
    expect(found?.limit).toBeGreaterThan(1);
    expect(found?.advice).toContain('4 workers lose 8 % over 2 on this machine: 2 cores');
  });

  it('tells how many points a law has beyond its parameters, and whether its knee was measured', () => {
    const few = of(round(1, 10), round(2, 5.3), round(4, 3.25))[0];
    expect(few?.amdahl).toMatchObject({ parameters: 2, freedom: 1 });
    expect(few?.usl).toMatchObject({ parameters: 3, freedom: 0 });
    expect(few?.amdahl && few.usl && [isSketch(few.amdahl), isSketch(few.usl)]).toEqual([true, true]);
    expect([few?.knee && few.knee > 4, few?.kneeMeasured]).toEqual([true, false]);
    const more = of(round(1, 10), round(2, 5.3), round(4, 3.25), round(8, 3), round(16, 4))[0];
    expect(more?.usl?.freedom).toBe(2);
    expect(more?.usl && isSketch(more.usl)).toBe(false);
    expect([more?.knee && more.knee < 16, more?.kneeMeasured]).toEqual([true, true]);
  });

  it('is that of each target by itself', () => {
    const other = [round(1, 10), round(2, 10)].map((one) => ({ ...one, target: 'b.mar' }));
    const found = of(round(1, 10), round(2, 5), ...other);
    expect(found.map(({ target, amdahl }) => [target, Math.round(100 * (amdahl?.contention ?? -1))])).toEqual(
      [
        ['digits', 0],
        ['b.mar', 100],
      ],
    );
  });

  it('leaves out worker counts with failed requests', () => {
    const bad = scalingRound(4, phaseOf(10), phaseOf(1, { failed: 1 }));
    expect(of(round(1, 10), round(2, 5), bad)[0]?.points).toHaveLength(2);
    expect(of(round(1, 10), bad)).toEqual([]);
  });

  it('is nothing for one worker count, or workers as found', () => {
    expect(of(round(2, 10))).toEqual([]);
    expect(of(loadRound(undefined, phaseOf(1)))).toEqual([]);
  });

  it('is nothing at a rate, which more workers cannot exceed', () => {
    const run = { rounds: [loadRound(1, phaseOf(1)), loadRound(2, phaseOf(1))], interrupted: false };
    expect(toScalability(run, LOAD, 2)).toHaveLength(1);
    const stages = [{ ...STAGE, ratePerSecond: 10 }];
    expect(toScalability(run, { ...LOAD, stages }, 2)).toEqual([]);
  });
});
