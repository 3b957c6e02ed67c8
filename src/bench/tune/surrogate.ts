/** What is expected of a point that was not measured. */
export interface Forecast {
  readonly mean: number;
  /** Standard deviation of what the point itself is worth, without the noise of measuring it. */
  readonly deviation: number;
}

export type Surrogate = (point: readonly number[]) => Forecast;

interface Shape {
  /** How far a change of each coordinate reaches. */
  readonly lengths: readonly number[];
  /** Variance of the noise over the variance of what is measured. */
  readonly noise: number;
}

interface Fit {
  readonly shape: Shape;
  /** Lower triangle of the Cholesky factor. */
  readonly factor: readonly Float64Array[];
  /** The inverse of the covariance times the values. */
  readonly weights: Float64Array;
  readonly logLikelihood: number;
}

const LENGTHS = [0.25, 0.5, 1, 2, 5];
const NOISES = [0.0005, 0.005, 0.03, 0.15];
const SWEEPS = 2;
/** Keeps a covariance of points that lie on each other invertible. */
const JITTER = 1e-8;

/**
 * A smooth guess through measured values, with how unsure it is in between: a Gaussian process with a Matérn-5/2
 * kernel, whose shape is the likeliest of a few. Points are coordinates from 0 to 1; a point may be measured repeatedly.
 */
export function fitSurrogate(points: readonly (readonly number[])[], values: readonly number[]): Surrogate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const scale = Math.sqrt(variance) || 1;
  const scaled = values.map((value) => (value - mean) / scale);
  const fit = likeliestFit(points, scaled);
  return (point) => {
    const covariances = Float64Array.from(points, (other) => kernel(point, other, fit.shape.lengths));
    const reached = solveLower(fit.factor, covariances);
    const left = 1 - dot(reached, reached);
    return {
      mean: mean + scale * dot(covariances, fit.weights),
      deviation: scale * Math.sqrt(Math.max(0, left)),
    };
  };
}

/** Changes one number of the shape at a time, as long as that makes the values likelier. */
function likeliestFit(points: readonly (readonly number[])[], values: readonly number[]): Fit {
  const start: Shape = { lengths: (points[0] ?? []).map(() => 1), noise: 0.005 };
  let best = fitShape(points, values, start);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1)
    for (const shape of neighbours(best.shape)) {
      const fit = fitShape(points, values, shape(best.shape));
      if (fit.logLikelihood > best.logLikelihood) best = fit;
    }
  return best;
}

function neighbours({ lengths }: Shape): readonly ((shape: Shape) => Shape)[] {
  const ofLengths = lengths.flatMap((_, axis) =>
    LENGTHS.map((length) => (shape: Shape) => ({ ...shape, lengths: shape.lengths.with(axis, length) })),
  );
  return [...ofLengths, ...NOISES.map((noise) => (shape: Shape) => ({ ...shape, noise }))];
}

function fitShape(points: readonly (readonly number[])[], values: readonly number[], shape: Shape): Fit {
  const factor = factorize(points, shape);
  const half = solveLower(factor, Float64Array.from(values));
  const weights = solveUpper(factor, half);
  const logDeterminant = factor.reduce((sum, row, index) => sum + Math.log(row[index] ?? 1), 0);
  return { shape, factor, weights, logLikelihood: -0.5 * dot(half, half) - logDeterminant + prior(shape) };
}

/** With few points, likelihood alone takes every setting for decisive or for meaningless. */
function prior({ lengths }: Shape): number {
  return -0.5 * lengths.reduce((sum, length) => sum + Math.log(length) ** 2, 0);
}

function kernel(one: readonly number[], other: readonly number[], lengths: readonly number[]): number {
  let squared = 0;
  for (let axis = 0; axis < lengths.length; axis += 1)
    squared += (((one[axis] ?? 0) - (other[axis] ?? 0)) / (lengths[axis] ?? 1)) ** 2;
  const distance = Math.sqrt(5 * squared);
  return (1 + distance + (5 * squared) / 3) * Math.exp(-distance);
}

/** Cholesky factor of the covariance of the points. */
function factorize(points: readonly (readonly number[])[], { lengths, noise }: Shape): Float64Array[] {
  const factor: Float64Array[] = [];
  for (const [index, point] of points.entries()) {
    const row = new Float64Array(index + 1);
    for (let column = 0; column < index; column += 1) {
      const above = factor[column] ?? row;
      const rest = kernel(point, points[column] ?? [], lengths) - dot(row, above, column);
      row[column] = rest / (above[column] ?? 1);
    }
    row[index] = Math.sqrt(Math.max(JITTER, 1 + noise + JITTER - dot(row, row, index)));
    factor.push(row);
  }
  return factor;
}

function solveLower(factor: readonly Float64Array[], values: Float64Array): Float64Array {
  const solved = new Float64Array(values.length);
  for (const [index, row] of factor.entries())
    solved[index] = ((values[index] ?? 0) - dot(row, solved, index)) / (row[index] ?? 1);
  return solved;
}

function solveUpper(factor: readonly Float64Array[], values: Float64Array): Float64Array {
  const solved = Float64Array.from(values);
  for (let index = factor.length - 1; index >= 0; index -= 1) {
    const row = factor[index] ?? new Float64Array(0);
    const value = (solved[index] ?? 0) / (row[index] ?? 1);
    solved[index] = value;
    for (let column = 0; column < index; column += 1)
      solved[column] = (solved[column] ?? 0) - (row[column] ?? 0) * value;
  }
  return solved;
}

function dot(one: Float64Array, other: Float64Array, length = one.length): number {
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}
