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
  /**
   * How long a target is warmed up at least before its first measurement, s: a client and a server that have just started
   * get faster for a while. 0 without `warmup`. A load has a warm-up of its own.
   */
  readonly firstWarmupSec: number;
  /** Requests of each of the two parts. */
  readonly requests: number;
  readonly parallel: number;
}

/** For each worker count: each stage once. */
export interface LoadPlan extends PlanBasis {
  readonly mode: 'load';
  readonly stages: readonly Stage[];
  /** Whether the generator is measured by itself too, with a server that does nothing. */
  readonly ceiling: boolean;
}

/** A stretch of load that does not change. */
export interface Stage {
  /** Requests under way at a time, at most. */
  readonly connections: number;
  /** Requests that are sent per second, whether answers come or not; undefined when each connection waits for its answer. */
  readonly ratePerSecond: number | undefined;
  /** How long, unless it is a number of requests. */
  readonly durationSec: number;
  readonly requests: number | undefined;
}

/** More workers than this on one machine are a typing mistake. */
const MAX_WORKERS = 256;
/** Requests per second that no generator in one process reaches. */
export const MAX_RATE = 1_000_000;
const DEFAULT_STEPS = 5;
const MAX_STEPS = 100;

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

/** Reads `--rate` and `--connections`: one number or a list. Throws BENCH_NUMBERS. */
export function parseNumbers(flag: string, text: string, max: number): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  const valid = parts.every((part) => /^\d+$/.test(part) && Number(part) >= 1 && Number(part) <= max);
  if (!valid) throw serveError('BENCH_NUMBERS', { flag, value: text, max });
  return parts.map(Number);
}

/** Reads `--ramp FROM:TO[:STEPS]`: rates in equal steps, five by default. Throws BENCH_RAMP. */
export function parseRamp(text: string): readonly number[] {
  const [, from, to, steps] = (/^(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? []).map(Number);
  const count = Number.isNaN(steps) || steps === undefined ? DEFAULT_STEPS : steps;
  if (!from || !to || from > MAX_RATE || to > MAX_RATE || count < 2 || count > MAX_STEPS)
    throw serveError('BENCH_RAMP', { value: text, maxRate: MAX_RATE, maxSteps: MAX_STEPS });
  return Array.from({ length: count }, (_, step) => Math.round(from + ((to - from) * step) / (count - 1)));
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
