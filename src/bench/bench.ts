import { toLabels } from './compare/labels.js';
import { type MeasuredTarget, toMeasuredTargets } from './compare/measured-targets.js';
import type { Contender } from './contender.js';
import { type Facts, gatherFacts } from './facts.js';
import { measureCeiling } from './load/ceiling.js';
import type { Plan } from './plan.js';
import { prepareQuestions } from './prepare.js';
import type { Progress } from './progress.js';
import type { AskedQuestion, Question } from './question.js';
import { BUNDLED_MODEL, loadQuestions, type QuestionOptions } from './questions.js';
import type { Run } from './round.js';
import { isSound } from './rows.js';
import { runPlan } from './run.js';
import { scaleTarget } from './scale-target.js';
import type { TargetChoice } from './targets/choice.js';
import { startOwn } from './targets/own.js';
import { predictionsUrl, type Target } from './targets/target.js';
import { reachUrl } from './targets/url.js';

/** A measurement as the user asked for it. */
export interface Demand {
  readonly plan: Plan;
  readonly questions: QuestionOptions;
  /** One, or several to compare; the first is what the others are compared with. */
  readonly targets: readonly TargetChoice[];
}

/** What a report is made of. */
export interface Measurement {
  readonly facts: Facts;
  readonly demand: Demand;
  readonly targets: readonly MeasuredTarget[];
  /** Names of what the models were asked. */
  readonly questions: readonly string[];
  readonly run: Run;
  /** What the generator alone can send, requests per second; undefined where it was not measured. */
  readonly ceiling: number | undefined;
}

/** What a contender is before anybody asked it anything. */
interface Opened {
  readonly label: string;
  readonly target: Target;
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
    return await withTargets(demand, signal, progress, async (opened) => {
      const asked = await askFirst(demand, opened, signal);
      const contenders: readonly Contender[] = opened.map((found, index) => ({
        ...found,
        questions: (asked[index] ?? []).map(({ answer: _, ...question }) => question),
      }));
      const targets = toMeasuredTargets(opened, asked);
      const run = await runPlan({ plan, contenders, signal, progress });
      const questions = (asked[0] ?? []).map(({ name }) => name);
      const ceiling = await findCeiling(plan, asked[0] ?? [], signal, progress);
      return { facts, demand, targets, questions, run, ceiling };
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function withTargets(
  demand: Demand,
  signal: AbortSignal,
  progress: Progress,
  use: (opened: readonly Opened[]) => Promise<Measurement>,
): Promise<Measurement> {
  const labels = toLabels(demand.targets);
  const opened: Opened[] = [];
  const closeAll = () => Promise.allSettled(opened.map(({ target }) => target.close()));
  let measurement: Measurement;
  try {
    for (const [index, choice] of demand.targets.entries())
      opened.push({ label: labels[index] ?? '', target: await open(choice, demand, signal, progress) });
    measurement = await use(opened);
  } catch (error) {
    // The first trouble is the one to tell.
    await closeAll();
    throw error;
  }
  const failed = (await closeAll()).find((closed) => closed.status === 'rejected');
  const { run } = measurement;
  // A server that went away cannot be put back; its requests failed, and that is told with what was measured.
  if (failed && run.failure === undefined && run.rounds.every(isSound)) throw failed.reason;
  return measurement;
}

function open(
  choice: TargetChoice,
  { plan }: Demand,
  signal: AbortSignal,
  progress: Progress,
): Promise<Target> {
  if (choice.kind === 'url') return reachUrl({ ...choice, signal });
  progress.begin('starting a server');
  const model = choice.model ?? BUNDLED_MODEL;
  return startOwn({ ...choice, model, workers: plan.workers?.[0] ?? 1, signal });
}

/** What each target answers before anything is measured; the same files are sent to all. */
async function askFirst(
  { plan, questions }: Demand,
  opened: readonly Opened[],
  signal: AbortSignal,
): Promise<readonly (readonly AskedQuestion[])[]> {
  const asked: (readonly AskedQuestion[])[] = [];
  let found: readonly Question[] = [];
  for (const { target } of opened) {
    // Stdin can be read only once; images of the bundled model are no question for another one.
    if (found.length === 0 || questions.inputs.length === 0)
      found = await loadQuestions(target.model, questions);
    // The first questions need a worker, and a running server may have none for the model yet.
    const first = plan.workers?.[0];
    if (first !== undefined) await scaleTarget(target, first, plan.scaleTimeoutMs, signal);
    const { tolerance } = questions;
    const options = { url: predictionsUrl(target), timeoutMs: plan.timeoutMs, tolerance, signal };
    asked.push(await prepareQuestions(found, options));
  }
  return asked;
}

async function findCeiling(
  plan: Plan,
  questions: readonly AskedQuestion[],
  signal: AbortSignal,
  progress: Progress,
): Promise<number | undefined> {
  if (plan.mode !== 'load' || !plan.ceiling || signal.aborted) return undefined;
  progress.begin('measuring what the generator alone can send');
  const connections = Math.max(...plan.stages.map((stage) => stage.connections));
  const atRate = plan.stages.some(({ ratePerSecond }) => ratePerSecond !== undefined);
  const answer = questions[0]?.answer ?? Buffer.alloc(0);
  const bare = questions.map(({ answer: _, ...question }) => question);
  return measureCeiling({ questions: bare, answer, connections, atRate, timeoutMs: plan.timeoutMs, signal });
}
