import { dynamicPolicy } from './dynamic.js';
import type { PolicySettings, WaitingJob } from './policy.js';

/** A worker that can begin a round. */
export interface RoundWorker {
  /** Jobs it keeps from the round before. */
  readonly held: number;
}

/** One round: so many jobs from the head of the queue join the ones the worker holds. */
export interface Round {
  /** Index of the worker. */
  readonly worker: number;
  readonly joining: number;
}

export interface RoundPlan {
  /** In the order in which jobs are to be taken from the queue. */
  readonly rounds: readonly Round[];
  /** Monotonic time at which waiting for company ends, ms; undefined if nothing waits for it. */
  readonly lookAgainAt: number | undefined;
}

/**
 * Continuous batching: a worker that holds jobs goes on at once, joined by as many as still fit; one that holds none is
 * given a plain batch, so it waits for company. A job that must be alone passes between two rounds of the worker with
 * least to do. `batchSize` bounds what a worker holds and is given together.
 */
export function continuousPolicy(
  waiting: readonly WaitingJob[],
  workers: readonly RoundWorker[],
  now: number,
  settings: PolicySettings,
): RoundPlan {
  const free = workers.map(({ held }, worker) => ({ worker, held })).sort((a, b) => a.held - b.held);
  const rounds: Round[] = [];
  let from = 0;
  while (waiting[from]?.alone && free.length > 0) {
    rounds.push({ worker: free.shift()?.worker ?? 0, joining: 1 });
    from += 1;
  }
  for (const { worker, held } of free.filter((each) => each.held > 0)) {
    const joining = joiners(waiting, from, settings.batchSize - held);
    rounds.push({ worker, joining });
    from += joining;
  }
  const idle = free.filter(({ held }) => held === 0);
  const { batches, lookAgainAt } = dynamicPolicy(waiting.slice(from), idle.length, now, settings);
  batches.forEach((joining, index) => {
    rounds.push({ worker: idle[index]?.worker ?? 0, joining });
  });
  return { rounds, lookAgainAt };
}

/** How many of the jobs from `from` on may join a running round with `room` places. */
function joiners(waiting: readonly WaitingJob[], from: number, room: number): number {
  const end = Math.min(waiting.length, from + Math.max(0, room));
  let at = from;
  while (at < end && !waiting[at]?.alone) at += 1;
  return at - from;
}
