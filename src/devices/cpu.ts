import { availableParallelism } from 'node:os';

/** Processors this process may use: those of its affinity mask, not all of the machine's. */
export function availableCores(): number {
  return Math.max(1, availableParallelism());
}

/** Threads one of several workers may compute with, so that together they use each core once. At least 1. */
export function threadsPerWorker(cores: number, workers: number): number {
  return Math.max(1, Math.floor(cores / Math.max(1, workers)));
}
