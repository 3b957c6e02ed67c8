import type * as Interfaces from '@oclif/core/interfaces';
import type { Demand } from '../../bench/bench.js';
import {
  MAX_RATE,
  type Plan,
  parseAddress,
  parseNumbers,
  parseRamp,
  parseTolerance,
  parseWorkers,
} from '../../bench/plan.js';
import type { TargetChoice } from '../../bench/targets/choice.js';
import type { Dialect } from '../../bench/targets/target.js';
import { serveError } from '../../core/errors.js';
import type { BENCH_FLAGS } from './flags.js';

export type BenchFlags = Interfaces.InferredFlags<typeof BENCH_FLAGS>;

const DEFAULT_CONNECTIONS = [64];
const MAX_CONNECTIONS = 4096;
const DEFAULT_REQUESTS = 10;
const DEFAULT_PARALLEL = 4;
const DEFAULT_WORKERS = '4';
/** Before the first line of a scaling run, s. */
const FIRST_WARMUP_SEC = 1;

/**
 * What the flags of `ts bench` ask for. Throws BENCH_WORKERS, BENCH_URL, BENCH_TOLERANCE, BENCH_NUMBERS, BENCH_RAMP,
 * BENCH_LOAD_LENGTH and BENCH_COMPARE.
 */
export function toDemand(flags: BenchFlags): Demand {
  return {
    plan: toPlan(flags),
    targets: flags.compare === undefined ? [toTarget(flags)] : toTargets(flags.compare, flags),
    questions: {
      inputs: flags.input ?? [],
      expects: flags.expect ?? [],
      contentType: flags['content-type'],
      tolerance: parseTolerance(flags.tolerance),
    },
  };
}

function toPlan(flags: BenchFlags): Plan {
  const { duration, connections, requests, parallel = DEFAULT_PARALLEL, rate, ramp } = flags;
  const basis = {
    workers: flags.workers === undefined ? undefined : parseWorkers(flags.workers),
    warmup: flags.warmup,
    repeats: flags.repeats,
    timeoutMs: flags.timeout * 1000,
    scaleTimeoutMs: flags['start-timeout'] * 1000,
  };
  const loadFlag = Object.entries({ connections, rate, ramp }).find(([, value]) => value !== undefined)?.[0];
  if (duration === undefined && loadFlag === undefined) {
    const workers = basis.workers ?? (isFixed(flags) ? undefined : parseWorkers(DEFAULT_WORKERS));
    const firstWarmupSec = basis.warmup > 0 ? FIRST_WARMUP_SEC : 0;
    const counts = { requests: requests ?? DEFAULT_REQUESTS, parallel };
    return { mode: 'scaling', ...basis, workers, firstWarmupSec, ...counts };
  }
  if (duration === undefined && requests === undefined)
    throw serveError('BENCH_LOAD_LENGTH', { flag: `--${loadFlag}` });
  const length = { durationSec: duration ?? 0, requests };
  const stages = toConnections(connections).flatMap((count) =>
    toRates(rate, ramp).map((ratePerSecond) => ({ connections: count, ratePerSecond, ...length })),
  );
  return { mode: 'load', ...basis, stages, ceiling: flags.ceiling };
}

/** A server of KServe's protocol has no way to change its workers but a management address that is named. */
function isFixed(flags: BenchFlags): boolean {
  return flags.url !== undefined && flags.dialect === 'kserve-v2' && flags['management-url'] === undefined;
}

function toConnections(text: string | undefined): readonly number[] {
  return text === undefined ? DEFAULT_CONNECTIONS : parseNumbers('--connections', text, MAX_CONNECTIONS);
}

function toRates(rate: string | undefined, ramp: string | undefined): readonly (number | undefined)[] {
  if (ramp !== undefined) return parseRamp(ramp);
  return rate === undefined ? [undefined] : parseNumbers('--rate', rate, MAX_RATE);
}

function toTarget(flags: BenchFlags): TargetChoice {
  return flags.url === undefined ? toOwn(flags.model, flags) : toUrl('--url', flags.url, flags);
}

/** Throws BENCH_COMPARE. */
function toTargets(text: string, flags: BenchFlags): readonly TargetChoice[] {
  const names = text.split(',').map((name) => name.trim());
  const distinct = new Set(names);
  if (names.length < 2 || distinct.size < names.length || distinct.has(''))
    throw serveError('BENCH_COMPARE', { value: text });
  return names.map((name) =>
    /^https?:\/\//.test(name) ? toUrl('--compare', name, flags) : toOwn(name, flags),
  );
}

function toOwn(model: string | undefined, flags: BenchFlags): TargetChoice {
  return {
    kind: 'own',
    model,
    threads: flags['threads-per-worker'] ?? 1,
    startTimeoutMs: flags['start-timeout'] * 1000,
  };
}

function toUrl(flag: string, url: string, flags: BenchFlags): TargetChoice {
  const { 'management-url': management, 'metrics-url': metrics } = flags;
  return {
    kind: 'url',
    url: parseAddress(flag, url),
    managementUrl: management && parseAddress('--management-url', management),
    metricsUrl: metrics && parseAddress('--metrics-url', metrics),
    modelName: flags['model-name'],
    dialect: flags.dialect as Dialect,
  };
}
