import { runCannon } from './load/cannon.js';
import { createClient } from './load/client.js';
import { runLoop } from './load/http.js';
import type { Phase } from './load/phase.js';
import type { LoadPlan, Plan, ScalingPlan } from './plan.js';
import type { Progress } from './progress.js';
import type { CheckedQuestion } from './question.js';
import { scaleWorkers } from './targets/management.js';
import type { Target } from './targets/target.js';

/** Everything that was measured, in the order it was. */
export interface Run {
  readonly rounds: readonly Round[];
  /** Whether Ctrl-C ended it before the plan did. */
  readonly interrupted: boolean;
}

/** One worker count measured once. */
export interface Round {
  /** Undefined when the workers were left as they were. */
  readonly workers: number | undefined;
  /** Which repeat, from 0. */
  readonly repeat: number;
  /** How long it took to get the workers; undefined when they were left as they were. */
  readonly scaleSeconds: number | undefined;
  /** One request at a time; undefined in load mode. */
  readonly sequential: Phase | undefined;
  /** `parallel` requests at a time, or the load. */
  readonly parallel: Phase;
}

export interface RunOptions {
  readonly plan: Plan;
  readonly target: Target;
  readonly questions: readonly CheckedQuestion[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** The load before the measured one that warms the generator itself up, s. */
const LOAD_WARMUP_SEC = 1;

/**
 * Carries a plan out. Repeats go over the whole row of worker counts, so that a slow minute of the machine does not fall
 * on one of them alone. Throws BENCH_SCALE, BENCH_TARGET_DOWN and BENCH_LOAD_PROCESS; failed requests are counted.
 */
export async function runPlan(options: RunOptions): Promise<Run> {
  const { plan, signal } = options;
  const rounds: Round[] = [];
  for (let repeat = 0; repeat < plan.repeats; repeat += 1)
    for (const workers of plan.workers ?? [undefined]) {
      const round = await measure(workers, repeat, options).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return undefined;
      });
      if (!round) return { rounds, interrupted: true };
      rounds.push(round);
      if (signal.aborted) return { rounds, interrupted: true };
    }
  return { rounds, interrupted: false };
}

/** Undefined when it was interrupted before there was anything to tell. */
async function measure(
  workers: number | undefined,
  repeat: number,
  options: RunOptions,
): Promise<Round | undefined> {
  const scaleSeconds = workers === undefined ? undefined : await scale(workers, options);
  const warm = await warmUp(workers ?? 1, options);
  if (!warm) return undefined;
  const measured =
    options.plan.mode === 'scaling'
      ? await measureScaling(workers, options.plan, options)
      : await measureLoad(workers, options.plan, options);
  return measured && { workers, repeat, scaleSeconds, ...withFailuresOf(warm, measured) };
}

async function scale(workers: number, { plan, target, signal, progress }: RunOptions): Promise<number> {
  progress.begin(`scaling to ${count(workers, 'worker')}`);
  const management = { address: target.management, flag: '--management-url', signal };
  const started = performance.now();
  const counts = { minWorkers: workers, maxWorkers: workers };
  await scaleWorkers(management, target.model, counts, plan.scaleTimeoutMs);
  return (performance.now() - started) / 1000;
}

async function warmUp(workers: number, options: RunOptions): Promise<Phase | undefined> {
  const requests = options.plan.warmup * workers;
  return loop('warm-up', requests, Math.max(1, Math.min(requests, workers)), options);
}

async function measureScaling(
  workers: number | undefined,
  { requests, parallel }: ScalingPlan,
  options: RunOptions,
): Promise<Pick<Round, 'sequential' | 'parallel'> | undefined> {
  const label = workers === undefined ? '' : `${count(workers, 'worker')}, `;
  const one = await loop(`${label}one after another`, requests, 1, options);
  const many = one && (await loop(`${label}${parallel} at a time`, requests, parallel, options));
  return many && { sequential: one, parallel: many };
}

async function measureLoad(
  workers: number | undefined,
  { durationSec, connections, timeoutMs }: LoadPlan,
  { target, questions, signal, progress }: RunOptions,
): Promise<Pick<Round, 'sequential' | 'parallel'> | undefined> {
  const label = workers === undefined ? '' : `${count(workers, 'worker')}, `;
  progress.begin(`${label}${count(connections, 'connection')} for ${durationSec} s`, durationSec);
  const url = predictionsUrl(target);
  const order = { url, questions, connections, durationSec, warmupSec: LOAD_WARMUP_SEC, timeoutMs };
  const parallel = await runCannon(order, { signal, onProgress: (seconds) => progress.at(seconds) });
  return parallel && { sequential: undefined, parallel };
}

async function loop(
  label: string,
  requests: number,
  parallel: number,
  { plan, target, questions, signal, progress }: RunOptions,
): Promise<Phase | undefined> {
  progress.begin(label, requests);
  const url = predictionsUrl(target);
  const client = createClient({ url, connections: parallel, timeoutMs: plan.timeoutMs, signal });
  let answered = 0;
  const onAnswer = () => progress.at(++answered);
  try {
    return await runLoop(client, { questions, requests, parallel, signal, onAnswer });
  } finally {
    client.close();
  }
}

/** A wrong answer of the warm-up is a wrong answer. */
function withFailuresOf(warm: Phase, measured: Pick<Round, 'sequential' | 'parallel'>): typeof measured {
  if (warm.failed === 0) return measured;
  const { parallel } = measured;
  const failed = parallel.failed + warm.failed;
  return {
    ...measured,
    parallel: { ...parallel, asked: parallel.asked + warm.asked, failed, fault: warm.fault },
  };
}

/** Where the model of a target is asked. */
export function predictionsUrl({ inference, model }: Target): string {
  return `${inference}/predictions/${encodeURIComponent(model)}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
