import { earlier } from '../waiting-room.js';
import { dynamicPolicy } from './dynamic.js';
import type { PolicySettings } from './policy.js';

/** A job of a sequence that may be sent now: nothing of its sequence that must come first is still on its way. */
export interface SequenceJob {
  /** Monotonic, ms. */
  readonly admittedAt: number;
  /** The place of its sequence among the ones that were handed in. */
  readonly sequence: number;
  /** Index of the worker that has its sequence; undefined while none has. */
  readonly home: number | undefined;
}

/** A worker whose model is loaded. */
export interface SequenceWorker {
  /** Batches it may be sent now. */
  readonly credits: number;
  /** Jobs it keeps from the round before; 0 without continuous batching. */
  readonly held: number;
  /** Sequences it has. */
  readonly sequences: number;
  /** Grows with every sequence that is given to some worker: when it was given one last; 0 = never. */
  readonly turn: number;
}

export interface SequenceBatch {
  /** Index of the worker. */
  readonly worker: number;
  /** Indexes of its jobs; none for a round that only goes on. */
  readonly jobs: readonly number[];
}

export interface SequencePlan {
  /** The worker of each sequence that had none, by the sequence's place. */
  readonly homes: ReadonlyMap<number, number>;
  readonly batches: readonly SequenceBatch[];
  /** Monotonic time at which waiting for company ends, ms; undefined if nothing waits for it. */
  readonly lookAgainAt: number | undefined;
}

/**
 * Sequence batching: a sequence stays with one worker, a new one goes to the worker that has the fewest, of several to the
 * one that was given none for longest. Each worker is
 * given plain batches of the jobs of its own sequences; one that holds jobs goes on at once, joined by as many as fit.
 * `jobs` are in the order of their admission.
 */
export function sequencePolicy(
  jobs: readonly SequenceJob[],
  workers: readonly SequenceWorker[],
  now: number,
  settings: PolicySettings,
): SequencePlan {
  const homes = findHomes(jobs, workers);
  const byWorker = workers.map((): number[] => []);
  for (const [index, { home, sequence }] of jobs.entries())
    byWorker[home ?? homes.get(sequence) ?? -1]?.push(index);
  const batches: SequenceBatch[] = [];
  let lookAgainAt: number | undefined;
  for (const [worker, { credits, held }] of workers.entries()) {
    const own = byWorker[worker] ?? [];
    if (credits === 0) continue;
    if (held > 0) {
      batches.push({ worker, jobs: own.slice(0, Math.max(0, settings.batchSize - held)) });
      continue;
    }
    const waiting = own.map((index) => ({ admittedAt: jobs[index]?.admittedAt ?? now, alone: false }));
    const plan = dynamicPolicy(waiting, credits, now, settings);
    for (const size of plan.batches) batches.push({ worker, jobs: own.splice(0, size) });
    lookAgainAt = earlier(lookAgainAt, plan.lookAgainAt);
  }
  return { homes, batches, lookAgainAt };
}

/** The oldest job chooses first; without workers nobody gets a home. */
function findHomes(
  jobs: readonly SequenceJob[],
  workers: readonly SequenceWorker[],
): ReadonlyMap<number, number> {
  const homes = new Map<number, number>();
  const loads = workers.map(({ sequences, turn }) => ({ sequences, turn }));
  const lastTurn = Math.max(0, ...loads.map(({ turn }) => turn));
  for (const { sequence, home } of jobs) {
    if (home !== undefined || homes.has(sequence) || loads.length === 0) continue;
    const chosen = loads.reduce((best, load, index) => (isLess(load, loads[best]) ? index : best), 0);
    homes.set(sequence, chosen);
    loads[chosen] = { sequences: (loads[chosen]?.sequences ?? 0) + 1, turn: lastTurn + homes.size };
  }
  return homes;
}

function isLess(one: Load, other: Load | undefined): boolean {
  if (!other) return true;
  return one.sequences === other.sequences ? one.turn < other.turn : one.sequences < other.sequences;
}

type Load = Pick<SequenceWorker, 'sequences' | 'turn'>;
