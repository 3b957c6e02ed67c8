import { spread } from '../sample.js';
import { seededRandom } from './random.js';

/** The range a figure lies in with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2000;
const SEED = 20_240_229;
const TAIL = 0.025;
/** Fewer repeats say nothing about how far they scatter. */
const MIN_REPEATS = 3;

/**
 * How sure the ratio of two medians is, by a percentile bootstrap of 2000 resamples with a fixed seed. Where both were
 * measured equally often, repeat by repeat, whole repeats are drawn, so that a slow minute that hit both does not widen
 * the range. Undefined with fewer than three repeats of either.
 */
export function ratioInterval(
  numerators: readonly number[],
  denominators: readonly number[],
): Interval | undefined {
  if (Math.min(numerators.length, denominators.length) < MIN_REPEATS) return undefined;
  const random = seededRandom(SEED);
  const paired = numerators.length === denominators.length;
  const ratios = new Float64Array(RESAMPLES);
  for (let turn = 0; turn < RESAMPLES; turn += 1) {
    const places = draw(numerators.length, random);
    const others = paired ? places : draw(denominators.length, random);
    ratios[turn] = medianAt(numerators, places) / medianAt(denominators, others);
  }
  ratios.sort();
  return { low: at(ratios, TAIL), high: at(ratios, 1 - TAIL) };
}

function draw(length: number, random: () => number): readonly number[] {
  return Array.from({ length }, () => Math.floor(random() * length));
}

function medianAt(values: readonly number[], places: readonly number[]): number {
  return spread(places.map((place) => values[place] ?? 0)).median;
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
