import type { TextOutput } from './text-model.js';

export interface PoolSettings {
  /** The mean over a text's own tokens, or the vector of its first one. */
  readonly pooling: 'mean' | 'cls';
  /** Whether vectors are scaled to length 1. */
  readonly normalise: boolean;
}

/** One vector per text, from one vector per token; an output with two axes holds them already. */
export function poolRows(
  { data, dims, tokens }: TextOutput,
  settings: PoolSettings,
): readonly (readonly number[])[] {
  const width = dims.at(-1) ?? 1;
  const stride = dims.length === 3 ? (dims[1] ?? 1) * width : width;
  return tokens.map((count, row) => {
    const used = dims.length === 3 && settings.pooling === 'mean' ? count : 1;
    const sum = sumRows(data, row * stride, used, width);
    return scale(sum, settings.normalise ? lengthOf(sum) : used);
  });
}

function sumRows(data: Float32Array, start: number, count: number, width: number): Float64Array {
  const sum = new Float64Array(width);
  for (let token = 0; token < count; token += 1) {
    const at = start + token * width;
    for (let axis = 0; axis < width; axis += 1) sum[axis] = (sum[axis] ?? 0) + (data[at + axis] ?? 0);
  }
  return sum;
}

function lengthOf(vector: Float64Array): number {
  return Math.max(Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)), 1e-12);
}

/** Eight decimals: the model gave no more, and shorter numbers make shorter JSON. */
function scale(vector: Float64Array, divisor: number): readonly number[] {
  return Array.from(vector, (value) => Math.round((value / divisor) * 1e8) / 1e8);
}
