import { summarize } from '../../../src/bench/sample.js';
import type { LoadStep } from '../../../src/bench/tune/attempt.js';

/** What a load shows that gets so many answers per second. */
export function step(requestsPerSecond: number, strain: number): LoadStep {
  return {
    connections: 4,
    requestsPerSecond,
    latency: summarize([strain * 50]),
    strain,
    fault: undefined,
  };
}
