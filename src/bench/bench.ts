import { type Facts, gatherFacts } from './facts.js';
import type { Plan } from './plan.js';
import { prepareQuestions } from './prepare.js';
import type { Progress } from './progress.js';
import { BUNDLED_MODEL, loadQuestions, type QuestionOptions } from './questions.js';
import { predictionsUrl, type Run, runPlan } from './run.js';
import { scaleWorkers } from './targets/management.js';
import { startOwn } from './targets/own.js';
import type { Target } from './targets/target.js';
import { reachUrl } from './targets/url.js';

/** A measurement as the user asked for it. */
export interface Demand {
  readonly plan: Plan;
  readonly questions: QuestionOptions;
  readonly target: TargetChoice;
}

/** Which model of which server. */
export type TargetChoice =
  | {
      readonly kind: 'own';
      /** Archive, folder or .onnx file; the bundled digits model when undefined. */
      readonly model: string | undefined;
      readonly threads: number;
      readonly startTimeoutMs: number;
    }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly managementUrl: string | undefined;
      readonly modelName: string | undefined;
    };

/** What a report is made of. */
export interface Measurement {
  readonly facts: Facts;
  readonly demand: Demand;
  readonly target: Pick<Target, 'kind' | 'model' | 'inference'>;
  /** Names of what the model was asked. */
  readonly questions: readonly string[];
  readonly run: Run;
}

/**
 * Measures a model: reach or start its server, ask each question once, carry the plan out, leave everything as it was.
 * An abort of `signal` ends it early with what was measured until then; undefined when that is nothing. Throws the errors
 * of the steps, never for requests that failed while measuring.
 */
export async function bench(
  demand: Demand,
  signal: AbortSignal,
  progress: Progress,
): Promise<Measurement | undefined> {
  const { plan } = demand;
  const facts = await gatherFacts();
  try {
    return await withTarget(demand, signal, progress, async (target) => {
      const found = await loadQuestions(target.model, demand.questions);
      await firstWorkers(plan, target, signal);
      const url = predictionsUrl(target);
      const { tolerance } = demand.questions;
      const questions = await prepareQuestions(found, { url, timeoutMs: plan.timeoutMs, tolerance, signal });
      const run = await runPlan({ plan, target, questions, signal, progress });
      return { facts, demand, target, questions: questions.map(({ name }) => name), run };
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function withTarget<Result>(
  demand: Demand,
  signal: AbortSignal,
  progress: Progress,
  use: (target: Target) => Promise<Result>,
): Promise<Result> {
  const target = await openTarget(demand, signal, progress);
  let result: Result;
  try {
    result = await use(target);
  } catch (error) {
    // The first trouble is the one to tell.
    await target.close().catch(() => {});
    throw error;
  }
  await target.close();
  return result;
}

function openTarget({ plan, target }: Demand, signal: AbortSignal, progress: Progress): Promise<Target> {
  if (target.kind === 'url') return reachUrl({ ...target, signal });
  progress.begin('starting a server');
  const model = target.model ?? BUNDLED_MODEL;
  return startOwn({ ...target, model, workers: plan.workers?.[0] ?? 1, signal });
}

/** The first questions need a worker, and a running server may have none for the model yet. */
async function firstWorkers(
  { workers, scaleTimeoutMs }: Plan,
  target: Target,
  signal: AbortSignal,
): Promise<void> {
  const first = workers?.[0];
  if (first === undefined) return;
  const management = { address: target.management, flag: '--management-url', signal };
  await scaleWorkers(management, target.model, { minWorkers: first, maxWorkers: first }, scaleTimeoutMs);
}
