import type { Plan } from './plan.js';
import type { Run } from './round.js';
import { isSound, rates } from './rows.js';
import { spread } from './sample.js';
import { adviseWorkers } from './stats/advice.js';
import { ratioInterval } from './stats/bootstrap.js';
import {
  fitAmdahl,
  fitUsl,
  peakWorkers,
  type ScalingFit,
  type ScalingPoint,
  speedupLimit,
} from './stats/scaling-fit.js';

/** What more workers do for one target. */
export interface Scalability {
  /** Label of the contender. */
  readonly target: string;
  readonly points: readonly ScalingPoint[];
  /** Undefined below two worker counts. */
  readonly amdahl: ScalingFit | undefined;
  /** Undefined below three worker counts. */
  readonly usl: ScalingFit | undefined;
  /** The knee: with more workers throughput falls, by the Universal Scalability Law; undefined when it does not. */
  readonly knee: number | undefined;
  /** How many times one worker's throughput is never exceeded, by the better law there is. */
  readonly limit: number | undefined;
  readonly advice: string | undefined;
}

/**
 * Fits of throughput over workers, for each target that was measured with at least two counts at a load that does not
 * bound it: a rate says nothing about what more workers could do. Of several stages the first one counts.
 */
export function toScalability(run: Run, plan: Plan, cores: number): readonly Scalability[] {
  if (plan.mode === 'load' && plan.stages[0]?.ratePerSecond !== undefined) return [];
  const rounds = run.rounds.filter((round) => round.stage === 0 && round.workers !== undefined);
  const targets = [...new Set(rounds.map(({ target }) => target))];
  return targets.map((target) => ofTarget(target, rounds, cores)).filter(({ points }) => points.length > 1);
}

function ofTarget(target: string, rounds: Run['rounds'], cores: number): Scalability {
  const own = rounds.filter((round) => round.target === target);
  const counts = [...new Set(own.map(({ workers = 0 }) => workers))].sort((a, b) => a - b);
  const groups = counts
    .map((workers) => ({ workers, group: own.filter((round) => round.workers === workers) }))
    .filter(({ group }) => group.every(isSound));
  const points = groups.map(({ workers, group }) => ({
    workers,
    requestsPerSecond: spread(rates(group)).median,
  }));
  const steps = points.map((point, index) => {
    const before = groups[index - 1];
    const gain = before && ratioInterval(rates(groups[index]?.group ?? []), rates(before.group));
    return { ...point, gain };
  });
  const [amdahl, usl] = [fitAmdahl(points), fitUsl(points)];
  const best = usl ?? amdahl;
  return {
    target,
    points,
    amdahl,
    usl,
    knee: usl && peakWorkers(usl),
    limit: best && speedupLimit(best),
    advice: adviseWorkers(steps, cores),
  };
}
