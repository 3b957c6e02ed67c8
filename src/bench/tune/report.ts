import Table from 'cli-table3';
import { countOf } from '../count-of.js';
import type { Attempt } from './attempt.js';
import type { Candidate } from './candidates.js';
import { describeCandidate } from './describe-candidate.js';
import { formatFigures, formatSlo } from './slo.js';
import type { Tuning } from './tune.js';

/** Raised when a field changes its meaning or goes. */
const FORMAT = 1;
const HEAD = [
  'run',
  'workers',
  'threads',
  'batch',
  'delay ms',
  'at a time',
  'requests/s',
  'p50 ms',
  'p99 ms',
];

/** A tuning for people at a terminal: what was tried in its order, and why which was chosen; ends with a line break. */
export function printTuning(tuning: Tuning): string {
  const { attempts, combinations, demand, facts } = tuning;
  const table = new Table({
    head: [...HEAD, 'within limits'],
    colAligns: [...HEAD, ''].map(() => 'right'),
    style: { head: [], border: [] },
  });
  for (const [index, attempt] of attempts.entries()) table.push(toLine(index + 1, attempt));
  const lines = [
    `The most requests per second with ${formatSlo(demand.slos)}: ${countOf(attempts.length, 'run')} of ${countOf(combinations, 'combination')}, ` +
      `${demand.durationSec} s for each load.`,
    `${facts.cores} cores, ${facts.cpu}, Node ${facts.node}${facts.commit ? `, commit ${facts.commit}` : ''}.`,
    '',
    table.toString(),
    ...explain(tuning),
  ];
  return `${lines.join('\n')}\n`;
}

/** A tuning for programs. */
export function tuningJson(tuning: Tuning): string {
  const { facts, demand, combinations, attempts, search, candidates, recommended, unwritten, interrupted } =
    tuning;
  const { chosen } = search;
  const report = {
    format: FORMAT,
    ...facts,
    slo: demand.slos,
    ranges: demand.ranges,
    combinations,
    runs: attempts.length,
    interrupted,
    attempts: attempts.map(({ candidate, strain, ...rest }) => ({
      ...candidate,
      ...rest,
      withinLimits: strain <= 1,
    })),
    chosen: chosen && {
      ...candidates[chosen.index],
      requestsPerSecond: chosen.value,
      withinLimits: chosen.strain <= 1,
      runs: chosen.runs,
    },
    output: recommended === undefined || unwritten ? undefined : demand.output,
    modelConfig: recommended,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function toLine(run: number, { candidate, ...attempt }: Attempt): string[] {
  const { workers, threads, batchSize, batchDelayMs } = candidate;
  const settings = [run, workers, threads, batchSize, batchSize === 1 ? '–' : batchDelayMs].map(String);
  if (attempt.fault !== undefined) return [...settings, '–', '–', '–', '–', 'failed'];
  const { p50Ms, p99Ms } = attempt.latency;
  const figures = [attempt.requestsPerSecond, p50Ms, p99Ms].map((value) => value.toFixed(1));
  return [...settings, String(attempt.connections), ...figures, attempt.strain <= 1 ? 'yes' : 'no'];
}

function explain(tuning: Tuning): readonly string[] {
  const { search, candidates, attempts, demand, recommended, unwritten } = tuning;
  const best = search.chosen && candidates[search.chosen.index];
  if (!best || !search.chosen || recommended === undefined) return [];
  const sound = search.tried.filter(({ strain }) => strain <= 1);
  const most = Math.max(...sound.map(({ value }) => value));
  const repeats = search.chosen.runs > 1 ? `, the mean of ${search.chosen.runs} runs` : '';
  const smaller =
    search.chosen.value < most ? ' One that was at most 3 % faster asks for more of the machine.' : '';
  return [
    `Chosen: ${describeCandidate(best)}: ${search.chosen.value.toFixed(1)} requests/s${repeats}, ` +
      `${formatFigures(latencyOf(best, attempts), demand.slos)}. ` +
      `${sound.length} of ${search.tried.length} settings kept the limits.${smaller}`,
    unwritten
      ? `Recommended, as a model-config.yaml:\n\n${recommended.trimEnd()}`
      : `Written to ${demand.output}.`,
  ];
}

function latencyOf(candidate: Candidate, attempts: readonly Attempt[]): Attempt['latency'] {
  const own = attempts.filter((attempt) => attempt.candidate === candidate);
  const [first, ...others] = own.map(({ latency }) => latency);
  if (!first) throw new Error('The chosen settings were never run.');
  return others.reduce((worst, latency) => (latency.p99Ms > worst.p99Ms ? latency : worst), first);
}
