import type { Summary } from '../sample.js';
import type { Candidate } from './candidates.js';

/** One run of one candidate. */
export interface Attempt {
  readonly candidate: Candidate;
  /** Requests at a time that went best: the most answers per second of those loads that kept the limits. */
  readonly connections: number;
  /** Right answers per second; 0 when requests failed. */
  readonly requestsPerSecond: number;
  readonly latency: Summary;
  /** Times the limit that was kept worst; infinite when requests failed. */
  readonly strain: number;
  /** Why the first request failed, or why there was no server; undefined when all were answered. */
  readonly fault: string | undefined;
}

/** What one load of a candidate showed, before the best load is chosen. */
export type LoadStep = Omit<Attempt, 'candidate'>;

/** A load that brings this little more is the most a candidate can do. */
const MIN_GAIN = 1.03;

/**
 * Loads a candidate with more and more requests at a time, as long as that is of use: until a limit that was kept is
 * broken, or more no longer brings more. A limit that is broken from the start may be kept later, when batches no longer
 * wait to be full. Undefined when it is interrupted, which `step` tells by giving nothing.
 */
export async function climb(
  connections: readonly number[],
  step: (connections: number) => Promise<LoadStep | undefined>,
): Promise<LoadStep | undefined> {
  let best: LoadStep | undefined;
  for (const count of connections) {
    const found = await step(count);
    if (!found) return undefined;
    const before = best;
    best = before ? better(before, found) : found;
    const gains = !before || found.requestsPerSecond >= before.requestsPerSecond * MIN_GAIN;
    if (best.strain <= 1 && !(best === found && gains)) return best;
    if (found.fault !== undefined) return best;
  }
  return best;
}

function better(one: LoadStep, other: LoadStep): LoadStep {
  if (one.strain <= 1 !== other.strain <= 1) return one.strain <= 1 ? one : other;
  if (one.strain > 1) return other.strain < one.strain ? other : one;
  return other.requestsPerSecond > one.requestsPerSecond ? other : one;
}
