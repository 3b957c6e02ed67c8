import { describe, expect, it } from 'vitest';
import { mergeHistograms, toHistogram } from '../../../src/bench/stats/histogram.js';

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

describe('a histogram', () => {
  it('counts every latency, in buckets that hold it', () => {
    const { fromMs, growth, counts } = toHistogram([1, 1.01, 5, 100]);
    expect(total(counts)).toBe(4);
    expect(fromMs).toBeLessThanOrEqual(1);
    expect(fromMs * growth).toBeGreaterThan(1);
    const last = fromMs * growth ** (counts.length - 1);
    expect(last).toBeLessThanOrEqual(100);
    expect(last * growth).toBeGreaterThan(100);
    expect(counts.at(-1)).toBe(1);
  });

  it('is empty of nothing and takes a latency of 0', () => {
    expect(toHistogram([]).counts).toEqual([]);
    expect(toHistogram([0]).counts).toEqual([1]);
  });

  it('is the same merged from parts as made of the whole', () => {
    const [a, b] = [
      [0.3, 7, 8],
      [1, 2, 900],
    ];
    const merged = mergeHistograms([toHistogram(a), toHistogram([]), toHistogram(b)]);
    const whole = toHistogram([...a, ...b]);
    expect(merged.counts).toEqual(whole.counts);
    expect(merged.fromMs).toBeCloseTo(whole.fromMs);
    expect(mergeHistograms([]).counts).toEqual([]);
  });
});
