import type { Candidate } from './candidates.js';

/** `2 workers with 1 thread, batches of 8 within 5 ms`. */
export function describeCandidate({ workers, threads, batchSize, batchDelayMs }: Candidate): string {
  const batches = batchSize === 1 ? 'no batches' : `batches of ${batchSize} within ${batchDelayMs} ms`;
  return `${count(workers, 'worker')} with ${count(threads, 'thread')}, ${batches}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
