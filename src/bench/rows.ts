import type { Phase } from './load/phase.js';
import type { Round, Run } from './round.js';
import { type Spread, spread } from './sample.js';
import { type Interval, ratioInterval } from './stats/bootstrap.js';
import { type Histogram, mergeHistograms } from './stats/histogram.js';

/** What the repeats of one worker count and stage of one target come to. */
export interface Row {
  /** Label of the contender. */
  readonly target: string;
  /** Undefined when the workers were left as they were. */
  readonly workers: number | undefined;
  /** Place of the stage in a load plan; 0 in a scaling plan. */
  readonly stage: number;
  readonly repeats: number;
  readonly asked: number;
  readonly failed: number;
  /** Why the first failed request did. */
  readonly fault: string | undefined;
  /** How many failed of each kind. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests that were due and never sent. */
  readonly unsent: number;
  /** Requests that were sent again on a new connection. */
  readonly reconnects: number;
  /** Undefined when a request failed: figures of failed requests are no figures. */
  readonly figures: Figures | undefined;
}

export interface Figures {
  readonly scaleSeconds: Spread | undefined;
  /** The requests one after another; undefined in load mode. */
  readonly sequentialSeconds: Spread | undefined;
  /** As many requests, some at a time; in load mode how long the load took. */
  readonly parallelSeconds: Spread;
  /** Right answers per second while requests were sent in parallel. */
  readonly requestsPerSecond: Spread;
  /** Median of sequential over median of parallel seconds of this row; undefined in load mode. */
  readonly speedup: number | undefined;
  /** How sure that is; undefined with fewer than three repeats. */
  readonly speedupInterval: Interval | undefined;
  /** Requests per second over those of the first row; undefined when that one has no figures. */
  readonly againstFirst: number | undefined;
  readonly againstFirstInterval: Interval | undefined;
  /** Latencies while requests were sent in parallel, or under load. */
  readonly meanMs: Spread;
  readonly p50Ms: Spread;
  readonly p90Ms: Spread;
  readonly p99Ms: Spread;
  readonly p999Ms: Spread;
  readonly maxMs: Spread;
  /** The same latencies of all repeats. */
  readonly histogram: Histogram;
  /** What the server said of itself; undefined where it said nothing. */
  readonly queueMs: Spread | undefined;
  readonly batchSize: Spread | undefined;
  readonly cpuPercent: Spread | undefined;
  /** Of the largest worker. */
  readonly workerRssBytes: Spread | undefined;
}

/** One row for each target, worker count and stage, in the order they were first measured. */
export function toRows({ rounds }: Run): readonly Row[] {
  const keys = [...new Set(rounds.map(keyOf))];
  const groups = keys.map((key) => rounds.filter((round) => keyOf(round) === key));
  const [first] = groups;
  const base = first?.every(isSound) ? rates(first) : undefined;
  return groups.map((group) => toRow(group, base));
}

/** Right answers per second of each repeat. */
export function rates(group: readonly Round[]): readonly number[] {
  return group.map(({ parallel }) => parallel.latency.count / parallel.seconds);
}

/** Every request was answered rightly, and there was at least one. */
export function isSound({ sequential, parallel }: Round): boolean {
  const sound = ({ failed, latency }: Phase) => failed === 0 && latency.count > 0;
  return sound(parallel) && (sequential === undefined || sound(sequential));
}

function keyOf({ target, workers, stage }: Round): string {
  return JSON.stringify([target, workers ?? null, stage]);
}

function toRow(group: readonly Round[], base: readonly number[] | undefined): Row {
  const phases = group.flatMap(({ sequential, parallel }) =>
    sequential ? [sequential, parallel] : [parallel],
  );
  return {
    target: group[0]?.target ?? '',
    workers: group[0]?.workers,
    stage: group[0]?.stage ?? 0,
    repeats: group.length,
    asked: sum(phases, ({ asked }) => asked),
    failed: sum(phases, ({ failed }) => failed),
    fault: phases.find(({ fault }) => fault !== undefined)?.fault,
    errors: addErrors(phases),
    unsent: sum(phases, ({ unsent }) => unsent),
    reconnects: sum(phases, ({ reconnects }) => reconnects),
    figures: group.every(isSound) ? toFigures(group, base) : undefined,
  };
}

function toFigures(group: readonly Round[], base: readonly number[] | undefined): Figures {
  const sequential = group.map((round) => round.sequential?.seconds).filter((value) => value !== undefined);
  const parallel = group.map((round) => round.parallel.seconds);
  const sequentialSeconds = sequential.length === 0 ? undefined : spread(sequential);
  const parallelSeconds = spread(parallel);
  const rate = spread(rates(group));
  return {
    scaleSeconds: spreadOf(group, ({ scaleSeconds }) => scaleSeconds),
    sequentialSeconds,
    parallelSeconds,
    requestsPerSecond: rate,
    speedup: sequentialSeconds && sequentialSeconds.median / parallelSeconds.median,
    speedupInterval: ratioInterval(sequential, parallel),
    againstFirst: base && rate.median / spread(base).median,
    againstFirstInterval: base && ratioInterval(rates(group), base),
    ...toLatencies(group),
    histogram: mergeHistograms(group.map((round) => round.parallel.histogram)),
    queueMs: spreadOf(group, ({ server }) => server?.queueMs),
    batchSize: spreadOf(group, ({ server }) => server?.batchSize),
    cpuPercent: spreadOf(group, ({ server }) => server?.cpuPercent),
    workerRssBytes: spreadOf(group, ({ server }) => largest(server?.workers.map(({ rssBytes }) => rssBytes))),
  };
}

function toLatencies(group: readonly Round[]) {
  const of = (name: 'meanMs' | 'p50Ms' | 'p90Ms' | 'p99Ms' | 'p999Ms' | 'maxMs') =>
    spread(group.map(({ parallel }) => parallel.latency[name]));
  return {
    meanMs: of('meanMs'),
    p50Ms: of('p50Ms'),
    p90Ms: of('p90Ms'),
    p99Ms: of('p99Ms'),
    p999Ms: of('p999Ms'),
    maxMs: of('maxMs'),
  };
}

function addErrors(phases: readonly Phase[]): Readonly<Record<string, number>> {
  const added: Record<string, number> = {};
  for (const { errors } of phases)
    for (const [kind, count] of Object.entries(errors)) added[kind] = (added[kind] ?? 0) + count;
  return added;
}

/** TorchServe says 0 for what it has not measured yet. */
function largest(values: readonly number[] | undefined): number | undefined {
  const most = Math.max(0, ...(values ?? []));
  return most > 0 ? most : undefined;
}

function spreadOf(group: readonly Round[], pick: (round: Round) => number | undefined): Spread | undefined {
  const values = group.map(pick).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : spread(values);
}

function sum(phases: readonly Phase[], pick: (phase: Phase) => number): number {
  return phases.reduce((total, phase) => total + pick(phase), 0);
}
