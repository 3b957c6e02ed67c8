import { access } from 'node:fs/promises';
import { serveError } from '../../core/errors.js';
import { usableCores } from '../../core/usable-cores.js';
import { countOf } from '../count-of.js';
import { type Facts, gatherFacts } from '../facts.js';
import type { Progress } from '../progress.js';
import { BUNDLED_MODEL } from '../questions.js';
import { checkWritable, type Refusal, writeWhole } from '../whole-file.js';
import type { Attempt } from './attempt.js';
import { type Candidate, compareCost, listCandidates, place, type Ranges } from './candidates.js';
import { describeCandidate } from './describe-candidate.js';
import { recommendedConfig } from './recommended-config.js';
import { type SearchResult, searchBest } from './search.js';
import { layOutCopy, type ServedCopy } from './served-copy.js';
import { formatFigures, formatSlo, type Slo } from './slo.js';
import { prepareTrials, type TryOptions } from './try-candidate.js';

/** What the user wants to be tuned. */
export interface TuneDemand extends Omit<TryOptions, 'copy' | 'signal'> {
  /** Archive, folder or .onnx file; the bundled digits model when undefined. */
  readonly model: string | undefined;
  readonly slos: readonly Slo[];
  readonly ranges: Ranges;
  /** Runs at most; a share of all combinations when undefined. */
  readonly runs: number | undefined;
  /** File for the recommended model-config.yaml. */
  readonly output: string;
  /** Whether that file may be overwritten. */
  readonly force: boolean;
}

/** What came out of a tuning. */
export interface Tuning {
  readonly facts: Facts;
  readonly demand: TuneDemand;
  /** How many combinations there are. */
  readonly combinations: number;
  /** In the order they were run. */
  readonly attempts: readonly Attempt[];
  readonly search: SearchResult;
  /** By the index of the search. */
  readonly candidates: readonly Candidate[];
  /** The text of the file; undefined when nothing keeps the limits. */
  readonly recommended: string | undefined;
  /** Why that file could not be written. */
  readonly unwritten: Error | undefined;
  readonly interrupted: boolean;
}

/** Of all combinations, unless the user gives a number. */
const RUNS_SHARE = 0.15;
const MIN_RUNS = 6;
const MAX_RUNS = 60;
const MAX_COMBINATIONS = 20_000;

/**
 * Looks for the settings under which a model answers the most requests per second while its latencies keep the limits,
 * and writes them as a model-config.yaml. An abort of `signal` ends it with the best so far. Throws TUNE_TOO_MANY,
 * TUNE_CONFIG, before it begins TUNE_OUTPUT_EXISTS and TUNE_OUTPUT, what opening and starting the model throws, and BENCH_FIRST_ANSWER.
 */
export async function tune(demand: TuneDemand, signal: AbortSignal, progress: Progress): Promise<Tuning> {
  const candidates = listCandidates(demand.ranges, usableCores());
  if (candidates.length > MAX_COMBINATIONS)
    throw serveError('TUNE_TOO_MANY', { count: candidates.length, max: MAX_COMBINATIONS });
  await checkOutput(demand);
  const facts = await gatherFacts();
  const copy = await layOutCopy(demand.model ?? BUNDLED_MODEL);
  try {
    const { search, attempts } = await runSearch(demand, candidates, copy, signal, progress);
    const best = search.chosen && search.chosen.strain <= 1 ? candidates[search.chosen.index] : undefined;
    const recommended = best && recommendedConfig(copy.ownConfig, best);
    const unwritten = recommended === undefined ? undefined : await write(demand, recommended);
    const found = { candidates, combinations: candidates.length, search, attempts, recommended, unwritten };
    return { facts, demand, ...found, interrupted: signal.aborted };
  } finally {
    await copy.close();
  }
}

/** Why a tuning has nothing to recommend; undefined when it has. */
export function whyUnmet({ demand, search, attempts, candidates }: Tuning): Error | undefined {
  const { chosen, tried } = search;
  if (!chosen || chosen.strain <= 1) return undefined;
  const candidate = candidates[chosen.index];
  const nearest = attempts.find((attempt) => attempt.candidate === candidate);
  if (!candidate || !nearest || nearest.fault !== undefined)
    return serveError('TUNE_FAILED', {
      tried: countOf(tried.length, 'setting'),
      fault: attempts[0]?.fault ?? 'none was answered',
    });
  return serveError('TUNE_UNMET', {
    tried: countOf(tried.length, 'setting'),
    slo: formatSlo(demand.slos),
    closest: describeCandidate(candidate),
    figures: formatFigures(nearest.latency, demand.slos),
  });
}

/** Runs that are made of a number of combinations. */
export function usualRuns(combinations: number): number {
  return Math.min(combinations, MAX_RUNS, Math.max(MIN_RUNS, Math.floor(combinations * RUNS_SHARE)));
}

async function runSearch(
  demand: TuneDemand,
  candidates: readonly Candidate[],
  copy: ServedCopy,
  signal: AbortSignal,
  progress: Progress,
): Promise<{ readonly search: SearchResult; readonly attempts: readonly Attempt[] }> {
  const trials = prepareTrials({ ...demand, copy, signal });
  const runs = Math.min(candidates.length, demand.runs ?? usualRuns(candidates.length));
  const attempts: Attempt[] = [];
  progress.begin(`${countOf(runs, 'run')} of ${countOf(candidates.length, 'combination')}`, runs);
  const search = await searchBest({
    places: candidates.map((candidate) => place(candidate, demand.ranges)),
    runs,
    compareCost: (one, other) => costOf(candidates[one], candidates[other]),
    async measure(index) {
      const candidate = candidates[index];
      const attempt = candidate && !signal.aborted ? await trials.run(candidate) : undefined;
      if (!attempt) return undefined;
      progress.at(attempts.push(attempt));
      return { value: attempt.requestsPerSecond, strain: attempt.strain };
    },
  });
  return { search, attempts };
}

function costOf(one: Candidate | undefined, other: Candidate | undefined): number {
  return one && other ? compareCost(one, other) : 0;
}

async function checkOutput({ output, force }: TuneDemand): Promise<void> {
  if (!force) await refuseExisting(output);
  await checkWritable(output, refuseOutput(output));
}

async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw serveError('TUNE_OUTPUT_EXISTS', { path });
}

/** Why it could not be written; what a search has found is worth telling all the same. */
async function write({ output, force }: TuneDemand, text: string): Promise<Error | undefined> {
  const stillFree = () => (force ? Promise.resolve() : refuseExisting(output));
  return writeWhole(output, text, refuseOutput(output), stillFree).then(
    () => undefined,
    (error: Error) => error,
  );
}

function refuseOutput(path: string): Refusal {
  return (reason, cause) => serveError('TUNE_OUTPUT', { path, reason }, { cause });
}
