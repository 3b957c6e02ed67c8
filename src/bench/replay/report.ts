import Table from 'cli-table3';
import { countOf } from '../count-of.js';
import type { Pace } from './pace.js';
import type { Comparison, Replay } from './replay.js';
import type { TargetResult } from './tally.js';

/** Raised when a field changes its meaning or goes. */
const FORMAT = 1;
const HEAD = ['server', 'requests', 'statuses', 'no answer', 'p50 ms', 'p99 ms', 'max ms'];
const SHOWN_DIFFERENCES = 10;
/** Less is the coarseness of timers. */
const LATE_MS = 100;

/** A replay for people at a terminal; ends with a line break. */
export function printReplay(replay: Replay): string {
  const { demand, recording, seconds, latestMs, targets, comparison } = replay;
  const table = new Table({
    head: HEAD,
    colAligns: HEAD.map(() => 'right'),
    style: { head: [], border: [] },
  });
  for (const target of targets) table.push(toLine(target));
  const late =
    latestMs > LATE_MS ? ` The latest was sent ${Math.round(latestMs)} ms late: --connections ran out.` : '';
  const lines = [
    `${demand.file} ${describePace(demand.pace)}: ${targets[0]?.sent ?? 0} of ${recording.requests} requests in ` +
      `${seconds.toFixed(1)} s.${late}`,
    ...leftOutLines(replay),
    table.toString(),
    'Latencies are of the answers with a status below 400, from when they were due.',
    ...(comparison ? differenceLines(comparison) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** A replay for programs. */
export function replayJson({ facts, demand, recording, ...result }: Replay): string {
  const { file, to, diff, pace, tolerance } = demand;
  const report = { format: FORMAT, ...facts, file, to, diff, pace, tolerance, recording, ...result };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function toLine({ url, sent, statuses, unanswered, succeeded, latency }: TargetResult): string[] {
  const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  const figures = [latency.p50Ms, latency.p99Ms, latency.maxMs];
  const shown = figures.map((ms) => (succeeded === 0 ? '–' : ms.toFixed(ms < 10 ? 2 : 1)));
  return [url, String(sent), counts.join(', ') || '–', String(unanswered), ...shown];
}

function describePace(pace: Pace): string {
  switch (pace.kind) {
    case 'recorded':
      return pace.factor === 1 ? 'as recorded' : `${pace.factor} times as fast as recorded`;
    case 'rate':
      return `at ${pace.requestsPerSecond} requests per second`;
    case 'fast':
      return 'as fast as possible';
  }
}

function leftOutLines({ recording: { leftOut, broken } }: Replay): readonly string[] {
  return [
    ...(leftOut > 0 ? [`${leftOut} more had bodies that were too long to be recorded.`] : []),
    ...(broken.length > 0 ? [`Passed over: ${countOf(broken.length, 'broken line')}.`] : []),
  ];
}

function differenceLines({ compared, different, differences }: Comparison): readonly string[] {
  if (different === 0) return [`All ${compared} answers are the same.`];
  const shown = differences.slice(0, SHOWN_DIFFERENCES);
  const more = different - shown.length;
  return [
    `${different} of ${compared} answers differ:`,
    ...shown.map(({ line, method, path, fault }) => `  line ${line}, ${method} ${path}: ${fault}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
