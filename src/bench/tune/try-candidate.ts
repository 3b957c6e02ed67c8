import { ServeError } from '../../core/errors.js';
import { runCannon } from '../load/cannon.js';
import { prepareQuestions } from '../prepare.js';
import type { CheckedQuestion } from '../question.js';
import { loadQuestions, type QuestionOptions } from '../questions.js';
import { summarize } from '../sample.js';
import { startOwn } from '../targets/own.js';
import { type Attempt, climb, type LoadStep } from './attempt.js';
import type { Candidate } from './candidates.js';
import { recommendedConfig } from './recommended-config.js';
import type { ServedCopy } from './served-copy.js';
import { type Slo, strainOf } from './slo.js';

export interface TryOptions {
  readonly copy: ServedCopy;
  readonly slos: readonly Slo[];
  readonly questions: QuestionOptions;
  /** Requests at a time, ascending. */
  readonly connections: readonly number[];
  /** Of each load. */
  readonly durationSec: number;
  readonly timeoutMs: number;
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs candidates one after another and remembers the right answers. */
export interface Trials {
  /** Undefined when it is interrupted. Throws what goes wrong before the first candidate was ever loaded. */
  run(candidate: Candidate): Promise<Attempt | undefined>;
}

/** Before the first load of a candidate, s. */
const WARMUP_SEC = 0.5;

/** Prepares to run candidates, each on a server of its own with the model-config.yaml it would get. */
export function prepareTrials(options: TryOptions): Trials {
  let checked: readonly CheckedQuestion[] | undefined;
  return {
    async run(candidate) {
      try {
        const step = await serveAndLoad(candidate, options, async (model, url) => {
          // Answers are compared with those of the first candidate: settings must not change them.
          checked ??= await firstAnswers(model, url, options);
          return checked;
        });
        return step && { candidate, ...step };
      } catch (error) {
        if (options.signal.aborted) return undefined;
        if (!checked || !(error instanceof ServeError)) throw error;
        return { candidate, ...failed(error.message) };
      }
    },
  };
}

async function firstAnswers(
  model: string,
  url: string,
  { questions, timeoutMs, signal }: TryOptions,
): Promise<readonly CheckedQuestion[]> {
  const { tolerance } = questions;
  return prepareQuestions(await loadQuestions(model, questions), { url, timeoutMs, tolerance, signal });
}

async function serveAndLoad(
  candidate: Candidate,
  options: TryOptions,
  ask: (model: string, url: string) => Promise<readonly CheckedQuestion[]>,
): Promise<LoadStep | undefined> {
  const { copy, startTimeoutMs, signal } = options;
  await copy.configure(recommendedConfig(copy.ownConfig, candidate));
  const { workers, threads } = candidate;
  const target = await startOwn({ model: copy.path, workers, threads, startTimeoutMs, signal });
  try {
    const url = `${target.inference}/predictions/${encodeURIComponent(target.model)}`;
    const questions = await ask(target.model, url);
    return await climb(options.connections, (connections) => load(url, questions, connections, options));
  } finally {
    await target.close();
  }
}

async function load(
  url: string,
  questions: readonly CheckedQuestion[],
  connections: number,
  { connections: all, durationSec, timeoutMs, slos, signal }: TryOptions,
): Promise<LoadStep | undefined> {
  const warmupSec = connections === all[0] ? WARMUP_SEC : 0;
  const order = { url, questions, connections, durationSec, warmupSec, timeoutMs };
  const phase = await runCannon(order, { signal, onProgress: () => {} });
  if (!phase || signal.aborted) return undefined;
  const { latency, seconds, failed: failures, fault } = phase;
  if (failures > 0 || latency.count === 0) return failed(fault ?? 'nothing was answered', connections);
  return {
    connections,
    requestsPerSecond: latency.count / seconds,
    latency,
    strain: strainOf(latency, slos),
    fault: undefined,
  };
}

function failed(fault: string, connections = 0): LoadStep {
  return {
    connections,
    requestsPerSecond: 0,
    latency: summarize([]),
    strain: Number.POSITIVE_INFINITY,
    fault,
  };
}
