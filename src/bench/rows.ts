import type { Phase } from './load/phase.js';
import type { Round, Run } from './run.js';
import { type Spread, spread } from './sample.js';

/** What the repeats of one worker count come to. */
export interface Row {
  /** Undefined when the workers were left as they were. */
  readonly workers: number | undefined;
  readonly repeats: number;
  readonly asked: number;
  readonly failed: number;
  /** Why the first failed request did. */
  readonly fault: string | undefined;
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
  /** Requests per second over those of the first row; undefined when that one has no figures. */
  readonly againstFirst: number | undefined;
  /** Latencies while requests were sent in parallel, or under load. */
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
}

/** One row for each worker count, in the order they were first measured. */
export function toRows({ rounds }: Run): readonly Row[] {
  const counts = [...new Set(rounds.map(({ workers }) => workers))];
  const groups = counts.map((workers) => rounds.filter((round) => round.workers === workers));
  const base = groups[0] && requestsPerSecond(groups[0]).median;
  const firstIsSound = groups[0]?.every(isSound) ?? false;
  return groups.map((group) => toRow(group, firstIsSound ? base : undefined));
}

function toRow(group: readonly Round[], base: number | undefined): Row {
  const phases = group.flatMap(({ sequential, parallel }) =>
    sequential ? [sequential, parallel] : [parallel],
  );
  return {
    workers: group[0]?.workers,
    repeats: group.length,
    asked: sum(phases, ({ asked }) => asked),
    failed: sum(phases, ({ failed }) => failed),
    fault: phases.find(({ fault }) => fault !== undefined)?.fault,
    figures: group.every(isSound) ? toFigures(group, base) : undefined,
  };
}

function toFigures(group: readonly Round[], base: number | undefined): Figures {
  const sequentialSeconds = spreadOf(group, ({ sequential }) => sequential?.seconds);
  const parallelSeconds = spread(group.map(({ parallel }) => parallel.seconds));
  const rate = requestsPerSecond(group);
  return {
    scaleSeconds: spreadOf(group, ({ scaleSeconds }) => scaleSeconds),
    sequentialSeconds,
    parallelSeconds,
    requestsPerSecond: rate,
    speedup: sequentialSeconds && sequentialSeconds.median / parallelSeconds.median,
    againstFirst: base === undefined ? undefined : rate.median / base,
    p50Ms: spread(group.map(({ parallel }) => parallel.latency.p50Ms)),
    p99Ms: spread(group.map(({ parallel }) => parallel.latency.p99Ms)),
  };
}

/** Every request was answered rightly, and there was at least one. */
function isSound({ sequential, parallel }: Round): boolean {
  const sound = ({ failed, latency }: Phase) => failed === 0 && latency.count > 0;
  return sound(parallel) && (sequential === undefined || sound(sequential));
}

function requestsPerSecond(group: readonly Round[]): Spread {
  return spread(group.map(({ parallel }) => parallel.latency.count / parallel.seconds));
}

function spreadOf(group: readonly Round[], pick: (round: Round) => number | undefined): Spread | undefined {
  const values = group.map(pick).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : spread(values);
}

function sum(phases: readonly Phase[], pick: (phase: Phase) => number): number {
  return phases.reduce((total, phase) => total + pick(phase), 0);
}
