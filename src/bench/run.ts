import type { Contender } from './contender.js';
import { countOf } from './count-of.js';
import { createClient } from './load/client.js';
import { runLoop } from './load/http.js';
import type { Phase } from './load/phase.js';
import type { Plan, ScalingPlan } from './plan.js';
import type { Progress } from './progress.js';
import type { Measured, Round, Run } from './round.js';
import { runStage } from './run-stage.js';
import { scaleTarget } from './scale-target.js';
import { compareSnapshots, takeSnapshot } from './server-side/server-side.js';
import { predictionsUrl } from './targets/target.js';
import { createTimeLeft } from './time-left.js';

/** Later volleys of a warm-up are no news. */
const SILENT: Progress = { begin() {}, at() {} };

export interface RunOptions {
  readonly plan: Plan;
  /** At least one. */
  readonly contenders: readonly Contender[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** What is measured next. */
interface Turn {
  readonly contender: Contender;
  readonly workers: number | undefined;
  readonly stage: number;
  readonly repeat: number;
  /** Its contender was not asked before. */
  readonly first: boolean;
}

/**
 * Carries a plan out. Repeats go over all worker counts, stages and targets, so that a slow minute of the machine does not
 * fall on one of them alone. Failed requests are counted. Throws BENCH_SCALE, BENCH_UNSCALABLE, BENCH_TARGET_DOWN and
 * BENCH_LOAD_PROCESS in the first round; later ones end the run as its `failure`.
 */
export async function runPlan(options: RunOptions): Promise<Run> {
  const { signal } = options;
  const rounds: Round[] = [];
  const turns = toTurns(options);
  const timeLeft = createTimeLeft(turns.length);
  for (const turn of turns) {
    try {
      const round = await measure(turn, options, timeLeft.prefix());
      if (!round) return { rounds, interrupted: true };
      rounds.push(round);
    } catch (error) {
      if (signal.aborted) return { rounds, interrupted: true };
      // What was measured before is worth telling.
      if (rounds.length > 0 && error instanceof Error) return { rounds, interrupted: true, failure: error };
      throw error;
    }
    timeLeft.done();
    if (signal.aborted) return { rounds, interrupted: true };
  }
  return { rounds, interrupted: false };
}

/** Worker counts outside, targets inside: those that are compared follow each other closely. */
function toTurns({ plan, contenders }: RunOptions): readonly Turn[] {
  const stages = plan.mode === 'load' ? plan.stages.map((_, stage) => stage) : [0];
  const turns = Array.from({ length: plan.repeats }, (_, repeat) =>
    (plan.workers ?? [undefined]).flatMap((workers) =>
      stages.flatMap((stage) => contenders.map((contender) => ({ contender, workers, stage, repeat }))),
    ),
  ).flat();
  return turns.map((turn, index) => ({ ...turn, first: index < contenders.length }));
}

/** Undefined when it was interrupted before there was anything to tell. */
async function measure(turn: Turn, options: RunOptions, prefix: string): Promise<Round | undefined> {
  const { plan, contenders } = options;
  const { contender, workers, stage, repeat } = turn;
  const name = prefix + (contenders.length > 1 ? `${contender.label}: ` : '');
  const scaleSeconds = workers === undefined ? undefined : await scale(contender, workers, options, name);
  const warm = await warmUp(turn, name, options);
  if (!warm) return undefined;
  const label = workers === undefined ? name : `${name}${countOf(workers, 'worker')}, `;
  const measured =
    plan.mode === 'scaling'
      ? await measureScaling(contender, label, plan, options)
      : await runStage(contender, label, plan.stages[stage], { ...options, plan });
  const key = { target: contender.label, workers, stage, repeat, scaleSeconds };
  return measured && { ...key, ...withFailuresOf(warm, measured) };
}

async function scale(
  { target }: Contender,
  workers: number,
  { plan, signal, progress }: RunOptions,
  name: string,
): Promise<number> {
  progress.begin(`${name}scaling to ${countOf(workers, 'worker')}`);
  const started = performance.now();
  await scaleTarget(target, workers, plan.scaleTimeoutMs, signal);
  return (performance.now() - started) / 1000;
}

interface Volley {
  readonly requests: number;
  readonly parallel: number;
}

/** Asks each worker a few times; again and again before the first measurement, until that has taken a while. */
async function warmUp(
  { contender, workers = 1, first }: Turn,
  name: string,
  options: RunOptions,
): Promise<Phase | undefined> {
  const { plan } = options;
  const requests = plan.warmup * workers;
  const volley = { requests, parallel: Math.max(1, Math.min(requests, workers)) };
  const lengthMs = first && plan.mode === 'scaling' ? plan.firstWarmupSec * 1000 : 0;
  const begin = performance.now();
  let warm = await loop(contender, `${name}warm-up`, volley, options);
  const silent = { ...options, progress: SILENT };
  while (warm?.failed === 0 && performance.now() - begin < lengthMs)
    warm = await loop(contender, '', volley, silent);
  return warm;
}

async function measureScaling(
  contender: Contender,
  label: string,
  { requests, parallel }: ScalingPlan,
  options: RunOptions,
): Promise<Measured | undefined> {
  const one = await loop(contender, `${label}one after another`, { requests, parallel: 1 }, options);
  if (!one) return undefined;
  const before = await takeSnapshot(contender.target);
  const many = await loop(contender, `${label}${parallel} at a time`, { requests, parallel }, options);
  if (!many) return undefined;
  const after = await takeSnapshot(contender.target);
  const server = compareSnapshots(before, after, contender.target.model);
  return { sequential: one, parallel: many, server };
}

async function loop(
  { target, questions }: Contender,
  label: string,
  { requests, parallel }: Volley,
  { plan, signal, progress }: RunOptions,
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
function withFailuresOf(warm: Phase, measured: Measured): Measured {
  if (warm.failed === 0) return measured;
  const { parallel } = measured;
  const errors = { ...parallel.errors };
  for (const [kind, count] of Object.entries(warm.errors)) errors[kind] = (errors[kind] ?? 0) + count;
  const [asked, failed] = [parallel.asked + warm.asked, parallel.failed + warm.failed];
  return { ...measured, parallel: { ...parallel, asked, failed, fault: warm.fault, errors } };
}
