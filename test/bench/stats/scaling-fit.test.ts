import { describe, expect, it } from 'vitest';
import {
  expectRate,
  fitAmdahl,
  fitUsl,
  peakWorkers,
  type ScalingFit,
  speedupLimit,
} from '../../../src/bench/stats/scaling-fit.js';

const points = (fit: Omit<ScalingFit, 'r2'>, counts: readonly number[]) =>
  counts.map((workers) => ({ workers, requestsPerSecond: expectRate({ ...fit, r2: 1 }, workers) }));

describe("Amdahl's law", () => {
  it('is found again from what it predicts', () => {
    // A tenth of the work is serial: 8 workers are 4.7 times as fast, never more than 10 times.
    const fit = fitAmdahl(points({ rate: 50, contention: 0.1, coherency: 0 }, [1, 2, 4, 8]));
    expect(fit?.rate).toBeCloseTo(50);
    expect(fit?.contention).toBeCloseTo(0.1);
    expect(fit?.r2).toBeCloseTo(1);
    expect(fit && expectRate(fit, 8) / fit.rate).toBeCloseTo(4.706, 3);
    expect(fit && speedupLimit(fit)).toBeCloseTo(10);
    expect(fit && peakWorkers(fit)).toBeUndefined();
  });

  it('goes through two points', () => {
    const fit = fitAmdahl([
      { workers: 1, requestsPerSecond: 100 },
      { workers: 2, requestsPerSecond: 150 },
    ]);
    expect(fit?.rate).toBeCloseTo(100);
    expect(fit?.contention).toBeCloseTo(1 / 3);
  });

  it('has no negative serial share when more workers gain more than they are', () => {
    const fit = fitAmdahl([
      { workers: 1, requestsPerSecond: 100 },
      { workers: 2, requestsPerSecond: 210 },
    ]);
    expect(fit?.contention).toBe(0);
    expect(fit && speedupLimit(fit)).toBeUndefined();
  });

  it('holds at most all of the work for serial when more workers do less', () => {
    const fit = fitAmdahl([
      { workers: 1, requestsPerSecond: 100 },
      { workers: 2, requestsPerSecond: 80 },
    ]);
    expect(fit?.contention).toBe(1);
    expect(fit?.rate).toBeGreaterThan(80);
    expect(fit?.rate).toBeLessThan(100);
    expect(fit && speedupLimit(fit)).toBe(1);
  });

  it('needs two worker counts', () => {
    expect(fitAmdahl([{ workers: 1, requestsPerSecond: 100 }])).toBeUndefined();
    expect(fitAmdahl([])).toBeUndefined();
  });
});

describe('the Universal Scalability Law', () => {
  it('is found again from what it predicts, with its knee', () => {
    const fit = fitUsl(points({ rate: 995, contention: 0.027, coherency: 0.0007 }, [1, 4, 8, 16, 32, 48]));
    expect(fit?.rate).toBeCloseTo(995, 1);
    expect(fit?.contention).toBeCloseTo(0.027, 5);
    expect(fit?.coherency).toBeCloseTo(0.0007, 6);
    expect(fit && peakWorkers(fit)).toBeCloseTo(37.28, 1);
  });

  it('has its knee at one worker when the second one costs already', () => {
    for (const rates of [
      [100, 40, 10],
      [100, 80, 50],
    ]) {
      const fit = fitUsl([1, 2, 4].map((workers, at) => ({ workers, requestsPerSecond: rates[at] ?? 0 })));
      expect(fit?.contention).toBeLessThanOrEqual(1);
      expect(fit && peakWorkers(fit)).toBe(1);
      expect(fit && speedupLimit(fit)).toBe(1);
    }
  });

  it('fits noisy measurements nearly', () => {
    const noisy = points({ rate: 100, contention: 0.05, coherency: 0.01 }, [1, 2, 4, 8, 16]).map(
      (point, i) => ({
        ...point,
        requestsPerSecond: point.requestsPerSecond * (1 + (i % 2 === 0 ? 0.01 : -0.01)),
      }),
    );
    const fit = fitUsl(noisy);
    expect(fit && peakWorkers(fit)).toBeGreaterThan(8);
    expect(fit && peakWorkers(fit)).toBeLessThan(12);
    expect(fit?.r2).toBeGreaterThan(0.98);
  });

  it("is Amdahl's law where nothing falls", () => {
    const flat = points({ rate: 100, contention: 0.2, coherency: 0 }, [1, 2, 4]);
    const raised = flat.map((p) =>
      p.workers === 4 ? { ...p, requestsPerSecond: p.requestsPerSecond * 1.1 } : p,
    );
    expect(fitUsl(raised)).toEqual(fitAmdahl(raised));
  });

  it('has no negative contention', () => {
    const fit = fitUsl([
      { workers: 1, requestsPerSecond: 100 },
      { workers: 2, requestsPerSecond: 205 },
      { workers: 4, requestsPerSecond: 300 },
    ]);
    expect(fit?.contention).toBeGreaterThanOrEqual(0);
    expect(fit?.coherency).toBeGreaterThanOrEqual(0);
  });

  it('needs three worker counts', () => {
    expect(fitUsl(points({ rate: 1, contention: 0, coherency: 0 }, [1, 2, 2]))).toBeUndefined();
  });
});
