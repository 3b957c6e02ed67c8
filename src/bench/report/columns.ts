import type { Measurement } from '../bench.js';
import { describeDifference } from '../compare/difference.js';
import { type Baseline, findBaselineRow } from '../judge/baseline.js';
import type { Stage } from '../plan.js';
import { type Figures, type Row, toRows } from '../rows.js';
import type { Spread } from '../sample.js';
import type { Interval } from '../stats/bootstrap.js';

/** A table before it is drawn: every cell is a text. */
export interface Columns {
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** One column: its cell of a row that has figures, or of any row. */
interface Column {
  readonly head: string;
  readonly cell: (row: Row) => string;
}

/** What stands where a figure would be if no request had failed. */
const NO_FIGURE = '–';
const MIB = 2 ** 20;

/** The table of the worker-scaling experiment, or that of a load. */
export function toColumns(measurement: Measurement, baseline?: Baseline): Columns {
  const { plan } = measurement.demand;
  const rows = toRows(measurement.run);
  const columns = [
    ...targetColumns(measurement),
    { head: 'workers', cell: ({ workers }: Row) => (workers === undefined ? 'as found' : String(workers)) },
    ...(plan.mode === 'load' ? stageColumns(plan.stages, rows) : []),
    ...(plan.mode === 'scaling' ? SCALING : loadFigures(plan.stages)),
    ...serverColumns(rows),
    ...(baseline ? baselineColumns(baseline) : []),
    ...differenceColumns(measurement),
    { head: 'errors', cell: ({ failed, asked }: Row) => (failed === 0 ? '0' : `${failed} of ${asked}`) },
  ];
  return {
    head: columns.map(({ head }) => head),
    lines: rows.map((row) => columns.map(({ cell }) => cell(row))),
  };
}

const LATENCIES: readonly Column[] = [
  figure('p50 ms', ({ p50Ms }) => milliseconds(p50Ms)),
  figure('p99 ms', ({ p99Ms }) => milliseconds(p99Ms)),
];

const AGAINST_FIRST = figure('against first', ({ againstFirst, againstFirstInterval }) =>
  ratio(againstFirst, againstFirstInterval),
);

const SCALING: readonly Column[] = [
  figure('sequential s', ({ sequentialSeconds }) => seconds(sequentialSeconds)),
  figure('parallel s', ({ parallelSeconds }) => seconds(parallelSeconds)),
  figure('speed-up', ({ speedup, speedupInterval }) => ratio(speedup, speedupInterval)),
  AGAINST_FIRST,
  ...LATENCIES,
];

function loadFigures(stages: readonly Stage[]): readonly Column[] {
  const atRate = stages.some(({ ratePerSecond }) => ratePerSecond !== undefined);
  const [p50, p99] = LATENCIES;
  return [
    figure('requests', (_, { asked }) => String(asked)),
    figure('requests/s', ({ requestsPerSecond }) =>
      withRange(requestsPerSecond, (value) => value.toFixed(value < 100 ? 1 : 0)),
    ),
    // At a given rate throughput is what was asked for.
    ...(atRate ? [] : [AGAINST_FIRST]),
    ...(p50 ? [p50] : []),
    figure('p90 ms', ({ p90Ms }) => milliseconds(p90Ms)),
    ...(p99 ? [p99] : []),
    figure('p99.9 ms', ({ p999Ms }) => milliseconds(p999Ms)),
  ];
}

function targetColumns({ targets }: Measurement): readonly Column[] {
  return targets.length > 1 ? [{ head: 'target', cell: ({ target }) => target }] : [];
}

function stageColumns(stages: readonly Stage[], rows: readonly Row[]): readonly Column[] {
  const several = new Set(stages.map(({ connections }) => connections)).size > 1;
  const atRate = stages.some(({ ratePerSecond }) => ratePerSecond !== undefined);
  const unsent = rows.some((row) => row.unsent > 0);
  return [
    ...(several ? [{ head: 'connections', cell: (row: Row) => String(stages[row.stage]?.connections) }] : []),
    ...(atRate ? [{ head: 'rate/s', cell: (row: Row) => String(stages[row.stage]?.ratePerSecond) }] : []),
    ...(unsent ? [{ head: 'unsent', cell: (row: Row) => String(row.unsent) }] : []),
  ];
}

/** Only what the server told in at least one row. */
function serverColumns(rows: readonly Row[]): readonly Column[] {
  const whole = (value: number) => value.toFixed(0);
  const told: readonly [string, (figures: Figures) => Spread | undefined, (value: number) => string][] = [
    ['queue ms', ({ queueMs }) => queueMs, (value) => value.toFixed(2)],
    ['batch', ({ batchSize }) => batchSize, (value) => value.toFixed(1)],
    ['CPU %', ({ cpuPercent }) => cpuPercent, whole],
    ['worker MiB', ({ workerRssBytes }) => workerRssBytes, (value) => whole(value / MIB)],
  ];
  return told
    .filter(([, pick]) => rows.some(({ figures }) => figures && pick(figures) !== undefined))
    .map(([head, pick, print]) => figure(head, (figures) => optional(pick(figures), print)));
}

function differenceColumns({ targets }: Measurement): readonly Column[] {
  if (targets.length < 2) return [];
  const words = new Map(
    targets.map(({ label, difference }) => [label, difference && describeDifference(difference)]),
  );
  return [{ head: 'answers', cell: ({ target }) => words.get(target) ?? 'the first' }];
}

function baselineColumns(baseline: Baseline): readonly Column[] {
  const change = (row: Row, pick: (figures: Figures) => number) => {
    const before = findBaselineRow(baseline, row)?.figures;
    if (!row.figures || !before) return NO_FIGURE;
    const percent = 100 * (pick(row.figures) / pick(before) - 1);
    return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
  };
  return [
    { head: 'rate vs baseline', cell: (row) => change(row, (found) => found.requestsPerSecond.median) },
    { head: 'p99 vs baseline', cell: (row) => change(row, (found) => found.p99Ms.median) },
  ];
}

function figure(head: string, print: (figures: Figures, row: Row) => string): Column {
  return { head, cell: (row) => (row.figures ? print(row.figures, row) : NO_FIGURE) };
}

function optional(value: Spread | undefined, print: (value: number) => string): string {
  return value ? withRange(value, print) : NO_FIGURE;
}

function seconds(value: Spread | undefined): string {
  return value ? withRange(value, (number) => number.toFixed(number < 10 ? 3 : 1)) : NO_FIGURE;
}

function milliseconds(value: Spread): string {
  return withRange(value, (number) => number.toFixed(number < 10 ? 2 : 1));
}

function ratio(value: number | undefined, interval: Interval | undefined): string {
  if (value === undefined) return NO_FIGURE;
  const range =
    interval && interval.low < interval.high
      ? ` (${interval.low.toFixed(2)}–${interval.high.toFixed(2)})`
      : '';
  return `${value.toFixed(2)}x${range}`;
}

function withRange({ median, min, max }: Spread, print: (value: number) => string): string {
  return min === max ? print(median) : `${print(median)} (${print(min)}–${print(max)})`;
}
