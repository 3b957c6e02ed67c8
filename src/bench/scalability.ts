import type { Plan } from './plan.js';
import type { Run } from './round.js';
import { isSound, rates } from './rows.js';
import { spread } from './sample.js';
import { adviseWorkers } from './stats/advice.js';
import { ratioInterval } from './stats/bootstrap.js';
import {
  AMDAHL_PARAMETERS,
  fitAmdahl,
  fitUsl,
  peakWorkers,
  type ScalingFit,
  type ScalingPoint,
  speedupLimit,
  USL_PARAMETERS,
} from './stats/scaling-fit.js';

/** A fit, and how much it can be trusted. */
export interface Law extends ScalingFit {
  /** Unknowns of the law. */
  readonly parameters: number;
  /** Points beyond its parameters. With 0 it bends to every point, and `r2` says nothing. */
  readonly freedom: number;
}

/** What more workers do for one target. */
export interface Scalability {
  /** Label of the contender. */
  readonly target: string;
  readonly points: readonly ScalingPoint[];
  /** Undefined below two worker counts. */
  readonly amdahl: Law | undefined;
  /** Undefined below three worker counts. */
  readonly usl: Law | undefined;
  /** The knee: with more workers throughput falls, by the Universal Scalability Law; undefined when it does not. */
  readonly knee: number | undefined;
  /** Whether the knee lies within the worker counts that were measured; else it is what the law leads to. */
  readonly kneeMeasured: boolean | undefined;
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

/** Whether a law rests on so few points that it may look quite different with one more. */
export function isSketch({ freedom }: Law): boolean {
  return freedom < 2;
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
  const amdahl = toLaw(fitAmdahl(points), AMDAHL_PARAMETERS, points);
  const usl = toLaw(fitUsl(points), USL_PARAMETERS, points);
  const best = usl ?? amdahl;
  const knee = usl && peakWorkers(usl);
  return {
    target,
    points,
    amdahl,
    usl,
    knee,
    kneeMeasured: knee === undefined ? undefined : points.some(({ workers }) => knee <= workers),
    limit: best && speedupLimit(best),
    advice: adviseWorkers(steps, cores),
  };
}

function toLaw(
  fit: ScalingFit | undefined,
  parameters: number,
  points: readonly ScalingPoint[],
): Law | undefined {
  return fit && { ...fit, parameters, freedom: points.length - parameters };
}
