import { serveError } from '../core/errors.js';

/** What one experiment does, with every limit it keeps. */
export type Plan = ScalingPlan | LoadPlan;

interface PlanBasis {
  /** Worker counts in the order they are measured; undefined leaves the workers as they are. */
  readonly workers: readonly number[] | undefined;
  /** Requests per worker that are sent, and checked, before anything is measured. */
  readonly warmup: number;
  /** How often the whole row of worker counts is measured. */
  readonly repeats: number;
  /** Longest wait for one answer. */
  readonly timeoutMs: number;
  /** Longest wait until a worker count is reached. */
  readonly scaleTimeoutMs: number;
}

/** For each worker count: the requests one after another, then the same number `parallel` at a time. */
export interface ScalingPlan extends PlanBasis {
  readonly mode: 'scaling';
  /** Requests of each of the two parts. */
  readonly requests: number;
  readonly parallel: number;
}

/** For each worker count: as many requests as fit into a time, over a fixed number of connections. */
export interface LoadPlan extends PlanBasis {
  readonly mode: 'load';
  readonly durationSec: number;
  readonly connections: number;
}

/** More workers than this on one machine are a typing mistake. */
const MAX_WORKERS = 256;

/**
 * Reads `--workers`: a list is taken as it stands, one number means the way up to it in doubling steps (`4` is 1, 2, 4).
 * Throws BENCH_WORKERS.
 */
export function parseWorkers(text: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  const counts = parts.map(Number);
  const valid = parts.every((part) => /^\d+$/.test(part)) && counts.every((n) => n >= 1 && n <= MAX_WORKERS);
  if (!valid) throw serveError('BENCH_WORKERS', { value: text, max: MAX_WORKERS });
  return counts.length === 1 ? doublingTo(counts[0] ?? 1) : [...new Set(counts)];
}

/** Checks an address given on the command line. Throws BENCH_URL. */
export function parseAddress(flag: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || url.search !== '') throw serveError('BENCH_URL', { flag, value: text });
  return text;
}

/** Reads `--tolerance`. Throws BENCH_TOLERANCE. */
export function parseTolerance(text: string): number {
  const tolerance = text.trim() === '' ? Number.NaN : Number(text);
  if (!(tolerance >= 0)) throw serveError('BENCH_TOLERANCE', { value: text });
  return tolerance;
}

function doublingTo(last: number): readonly number[] {
  const counts: number[] = [];
  for (let count = 1; count < last; count *= 2) counts.push(count);
  return [...counts, last];
}
