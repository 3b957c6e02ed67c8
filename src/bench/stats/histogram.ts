/** Latencies counted into buckets that grow by a tenth each, so that a millisecond and a minute are told equally well. */
export interface Histogram {
  /** Lower bound of the first bucket, ms; each further bound is `growth` times the one before. */
  readonly fromMs: number;
  readonly growth: number;
  readonly counts: readonly number[];
}

const GROWTH = 1.1;
/** Everything below counts as this, ms. */
const SMALLEST_MS = 0.01;

/** Counts latencies; an empty histogram of none. */
export function toHistogram(latenciesMs: readonly number[]): Histogram {
  const places = latenciesMs.map(placeOf);
  const first = places.reduce((least, place) => Math.min(least, place), Number.POSITIVE_INFINITY);
  if (places.length === 0) return { fromMs: SMALLEST_MS, growth: GROWTH, counts: [] };
  const last = places.reduce((most, place) => Math.max(most, place), 0);
  const counts = Array.from({ length: last - first + 1 }, () => 0);
  for (const place of places) counts[place - first] = (counts[place - first] ?? 0) + 1;
  return { fromMs: SMALLEST_MS * GROWTH ** first, growth: GROWTH, counts };
}

/** Adds histograms up, as those of the repeats of one row. */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const filled = histograms.filter(({ counts }) => counts.length > 0);
  const starts = filled.map(({ fromMs }) => placeOf(fromMs * Math.sqrt(GROWTH)));
  const ends = filled.map(({ counts }, index) => (starts[index] ?? 0) + counts.length);
  if (filled.length === 0) return { fromMs: SMALLEST_MS, growth: GROWTH, counts: [] };
  const first = Math.min(...starts);
  const counts = Array.from({ length: Math.max(...ends) - first }, () => 0);
  filled.forEach((histogram, index) => {
    const shift = (starts[index] ?? 0) - first;
    histogram.counts.forEach((count, place) => {
      counts[shift + place] = (counts[shift + place] ?? 0) + count;
    });
  });
  return { fromMs: SMALLEST_MS * GROWTH ** first, growth: GROWTH, counts };
}

function placeOf(ms: number): number {
  return Math.max(0, Math.floor(Math.log(ms / SMALLEST_MS) / Math.log(GROWTH)));
}
