/** One way to serve a model. */
export interface Candidate {
  readonly workers: number;
  readonly batchSize: number;
  /** How long a request may wait for company; without meaning when `batchSize` is 1. */
  readonly batchDelayMs: number;
  /** Threads of each worker. */
  readonly threads: number;
}

/** The values that are tried of each setting, ascending. */
export type Ranges = { readonly [Setting in keyof Candidate]: readonly number[] };

/** The settings in the order they are listed. */
export const SETTINGS = ['workers', 'threads', 'batchSize', 'batchDelayMs'] as const;

const BATCH_SIZES = [1, 2, 4, 8, 16, 32];
const BATCH_DELAYS_MS = [1, 2, 5, 10, 20, 50];

/** Workers that wait for something leave their core to others. */
const MOST_WORKERS_AT_LEAST = 4;

/** What is tried when the user names nothing: the cores shared out among workers and threads in doubling steps. */
export function usualRanges(cores: number): Ranges {
  const workers = doublingTo(Math.max(cores, MOST_WORKERS_AT_LEAST));
  return { workers, threads: doublingTo(cores), batchSize: BATCH_SIZES, batchDelayMs: BATCH_DELAYS_MS };
}

/**
 * Every candidate of the ranges, once: a batch of one waits for nobody, so its delays are one candidate. Those that
 * compute with more than `maxThreads` threads in all are left out, but the ones of a single worker or a single thread.
 */
export function listCandidates(ranges: Ranges, maxThreads: number): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const workers of ranges.workers)
    for (const threads of ranges.threads) {
      if (workers * threads > maxThreads && workers > 1 && threads > 1) continue;
      for (const batchSize of ranges.batchSize)
        for (const batchDelayMs of batchSize === 1 ? ranges.batchDelayMs.slice(0, 1) : ranges.batchDelayMs)
          candidates.push({ workers, threads, batchSize, batchDelayMs });
    }
  return candidates;
}

/** Where a candidate lies within the ranges, each setting from 0 to 1 by its place in the list. */
export function place(candidate: Candidate, ranges: Ranges): readonly number[] {
  return SETTINGS.map((setting) => {
    const last = ranges[setting].length - 1;
    return last === 0 ? 0 : ranges[setting].indexOf(candidate[setting]) / last;
  });
}

/** How much of the machine a candidate asks for, to choose the smaller of two that are equally good. */
export function compareCost(one: Candidate, other: Candidate): number {
  return (
    one.workers * one.threads - other.workers * other.threads ||
    one.workers - other.workers ||
    one.batchSize - other.batchSize ||
    one.batchDelayMs - other.batchDelayMs
  );
}

function doublingTo(last: number): readonly number[] {
  const counts: number[] = [];
  for (let count = 1; count < last; count *= 2) counts.push(count);
  return [...counts, last];
}
