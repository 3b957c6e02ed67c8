import type { Candidate, Ranges } from '../../../src/bench/tune/candidates.js';
import type { Outcome } from '../../../src/bench/tune/search.js';

/** A made-up model: what a candidate would show if nothing disturbed the measurement. */
export type Surface = (candidate: Candidate) => Outcome;

export const RANGES: Ranges = {
  workers: [1, 2, 4, 8],
  threads: [1, 2, 4, 8],
  batchSize: [1, 2, 4, 8, 16, 32],
  batchDelayMs: [1, 2, 5, 10, 20, 50],
};

interface Model {
  readonly cores: number;
  /** Time of one batch on one thread: what every batch takes, and what each request adds, ms. */
  readonly batchMs: number;
  readonly requestMs: number;
  /** Share of the work that threads cannot divide. */
  readonly serialShare: number;
  /** What each further worker costs all of them (memory, caches). */
  readonly contention: number;
  /** Numbers of clients that are tried. */
  readonly clients: readonly number[];
  readonly limitMs: number;
}

const USUAL: Model = {
  cores: 8,
  batchMs: 4,
  requestMs: 1,
  serialShare: 0.2,
  contention: 0.01,
  clients: [4, 16, 64],
  limitMs: 50,
};

/** A growing number of clients in a closed loop before workers that gather batches; the most that keep the limit count. */
function served(changes: Partial<Model>): Surface {
  const model = { ...USUAL, ...changes };
  return (candidate) => {
    const outcomes = model.clients.map((clients) => loaded(candidate, clients, model));
    const sound = outcomes.filter(({ strain }) => strain <= 1);
    const best = sound.sort((one, other) => other.value - one.value)[0] ?? outcomes[0];
    return best ?? { value: 0, strain: Number.POSITIVE_INFINITY };
  };
}

function loaded(candidate: Candidate, clients: number, model: Model): Outcome {
  const { workers, threads, batchSize, batchDelayMs } = candidate;
  const { cores, batchMs, requestMs, serialShare, contention, limitMs } = model;
  const crowding = Math.max(1, (workers * threads) / cores);
  const speed = 1 / (serialShare + (1 - serialShare) / threads) / crowding ** 1.1;
  const slowed = 1 + contention * workers * (workers - 1);
  // Batches are as full as clients allow.
  const full = Math.max(1, Math.min(batchSize, clients / workers));
  const busyMs = ((batchMs + requestMs * full) / speed) * slowed;
  const waits = batchSize === 1 ? 0 : full < batchSize ? batchDelayMs : Math.min(batchDelayMs, busyMs * 0.2);
  const value = (1000 * Math.min(clients, workers * full)) / (busyMs + waits);
  const latencyMs = (1000 * clients) / value + waits;
  return { value, strain: (latencyMs * 1.4) / limitMs };
}

/** Models whose best settings lie in different corners, on slopes and at limits. */
export const SURFACES: Readonly<Record<string, Surface>> = {
  'a small model that gains from batches': served({}),
  'a model that only gains from workers': served({
    batchMs: 0.1,
    requestMs: 5,
    serialShare: 0.9,
    limitMs: 400,
  }),
  'a model that only gains from threads': served({ serialShare: 0.02, contention: 0.4 }),
  'a model that shares its memory badly': served({ contention: 0.15, batchMs: 20, limitMs: 120 }),
  'few clients, so that waiting for company costs': served({ clients: [6], limitMs: 40 }),
  'a limit that large batches break': served({ batchMs: 20, requestMs: 3, limitMs: 70 }),
  'a limit that hardly anything keeps': served({ limitMs: 9 }),
  'a machine with two cores': served({ cores: 2, limitMs: 100 }),
  'settings without any effect': () => ({ value: 100, strain: 0.5 }),
  'a ridge between workers and batch size': ({ workers, batchSize, batchDelayMs, threads }) => {
    const off = Math.log2(workers * batchSize) - 4;
    const value = 500 * Math.exp(-0.3 * off ** 2 - 0.1 * Math.log2(threads) - 0.02 * Math.log2(batchDelayMs));
    return { value, strain: (40 + batchDelayMs * 2) / 100 };
  },
};

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a run shows of an outcome when the machine does other things as well; `noise` is a standard deviation. */
export function disturbed({ value, strain }: Outcome, noise: number, random: () => number): Outcome {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return { value: value * Math.exp(noise * normal()), strain: strain * Math.exp(noise * normal()) };
}
