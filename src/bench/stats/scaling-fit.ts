/** Throughput measured with a number of workers. */
export interface ScalingPoint {
  readonly workers: number;
  readonly requestsPerSecond: number;
}

/**
 * Throughput as a function of workers: `rate * N / (1 + contention (N - 1) + coherency N (N - 1))`. Without coherency this
 * is Amdahl's law, and `contention` the share of the work that is done one after another; with it Gunther's Universal
 * Scalability Law.
 */
export interface ScalingFit {
  /** What one worker does by the fit, requests per second. */
  readonly rate: number;
  /** From 0 to 1. */
  readonly contention: number;
  /** From 0; 0 in Amdahl's law. */
  readonly coherency: number;
  /** Share of the variance that the fit explains, at most 1. */
  readonly r2: number;
}

/** Unknowns of each law: rate and contention, and coherency. */
export const AMDAHL_PARAMETERS = 2;
export const USL_PARAMETERS = 3;

/** Amdahl's law through the points, by least squares of relative errors. Undefined below two worker counts. */
export function fitAmdahl(points: readonly ScalingPoint[]): ScalingFit | undefined {
  if (distinct(points) < AMDAHL_PARAMETERS) return undefined;
  const fit = toFit(points, solveTerms(points, [ONE, QUEUED]) ?? [], [ONE, QUEUED]);
  if (fit && fit.contention <= 1) return fit;
  // Where more workers do less, not more than all of the work is serial.
  return toFit(points, solveTerms(points, [ALL]) ?? [], [ALL]);
}

/** The Universal Scalability Law through the points. Undefined below three worker counts: it has three unknowns. */
export function fitUsl(points: readonly ScalingPoint[]): ScalingFit | undefined {
  if (distinct(points) < USL_PARAMETERS) return undefined;
  const all = solveTerms(points, [ONE, QUEUED, TALKED]) ?? [];
  const [base = 0, contention = 0, coherency = 0] = all;
  if (contention >= 0 && coherency >= 0 && contention <= base)
    return toFit(points, all, [ONE, QUEUED, TALKED]);
  // Neither cost can be negative, nor more than all of the work be serial; then the best fit at such a bound counts.
  const bounded = [
    toFit(points, solveTerms(points, [ONE, TALKED]) ?? [], [ONE, TALKED]),
    toFit(points, solveTerms(points, [ALL, TALKED]) ?? [], [ALL, TALKED]),
    fitAmdahl(points),
  ].filter((fit) => fit !== undefined);
  return bounded.sort((a, b) => b.r2 - a.r2)[0];
}

/** Requests per second that a fit expects of so many workers. */
export function expectRate({ rate, contention, coherency }: ScalingFit, workers: number): number {
  return (rate * workers) / (1 + contention * (workers - 1) + coherency * workers * (workers - 1));
}

/**
 * The knee of a fit: with more workers than this throughput falls. At least 1. Undefined without coherency:
 * then it only flattens.
 */
export function peakWorkers({ contention, coherency }: ScalingFit): number | undefined {
  return coherency > 0 ? Math.max(1, Math.sqrt((1 - contention) / coherency)) : undefined;
}

/** How many times one worker's throughput no number of workers exceeds; undefined when nothing limits it. */
export function speedupLimit(fit: ScalingFit): number | undefined {
  const peak = peakWorkers(fit);
  if (peak !== undefined) return expectRate(fit, peak) / fit.rate;
  return fit.contention > 0 ? 1 / fit.contention : undefined;
}

type Term = (workers: number) => number;
const ONE: Term = () => 1;
const QUEUED: Term = (workers) => workers - 1;
/** The two together: all of the work is serial. */
const ALL: Term = (workers) => workers;
const TALKED: Term = (workers) => workers * (workers - 1);

function distinct(points: readonly ScalingPoint[]): number {
  return new Set(points.map(({ workers }) => workers)).size;
}

/** N / X(N) is linear in the unknowns; dividing each equation by it makes the errors relative. */
function solveTerms(points: readonly ScalingPoint[], terms: readonly Term[]): number[] | undefined {
  const rows = points.map(({ workers, requestsPerSecond }) =>
    terms.map((term) => (term(workers) * requestsPerSecond) / workers),
  );
  const matrix = terms.map((_, i) => [
    ...terms.map((__, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    rows.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  ]);
  return eliminate(matrix);
}

/** Gauss's elimination of a small system with its right side as the last column. */
function eliminate(matrix: number[][]): number[] | undefined {
  const size = matrix.length;
  for (let column = 0; column < size; column += 1) {
    const rest = matrix.slice(column).sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
    matrix.splice(column, size - column, ...rest);
    const pivot = matrix[column] ?? [];
    const lead = pivot[column] ?? 0;
    if (lead === 0) return undefined;
    for (const row of matrix) {
      if (row === pivot) continue;
      const share = (row[column] ?? 0) / lead;
      for (let k = column; k <= size; k += 1) row[k] = (row[k] ?? 0) - share * (pivot[k] ?? 0);
    }
  }
  return matrix.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

function toFit(
  points: readonly ScalingPoint[],
  solution: readonly number[],
  terms: readonly Term[],
): ScalingFit | undefined {
  const [base = 0] = solution;
  if (!(base > 0)) return undefined;
  const of = (term: Term) => Math.max(0, (solution[terms.indexOf(term)] ?? 0) / base);
  const fit = {
    rate: 1 / base,
    contention: terms.includes(ALL) ? 1 : terms.includes(QUEUED) ? of(QUEUED) : 0,
    coherency: terms.includes(TALKED) ? of(TALKED) : 0,
  };
  return { ...fit, r2: explainedShare(points, { ...fit, r2: 0 }) };
}

function explainedShare(points: readonly ScalingPoint[], fit: ScalingFit): number {
  const mean = points.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0) / points.length;
  const squares = (of: (point: ScalingPoint) => number) => points.reduce((sum, p) => sum + of(p) ** 2, 0);
  const left = squares((p) => p.requestsPerSecond - expectRate(fit, p.workers));
  const whole = squares((p) => p.requestsPerSecond - mean);
  return whole === 0 ? 1 : 1 - left / whole;
}
