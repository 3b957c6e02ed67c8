import type { Measurement } from '../bench.js';
import { FIGURES } from '../judge/figure-names.js';
import { type Figures, type Row, toRows } from '../rows.js';
import type { Spread } from '../sample.js';

type SpreadName = {
  [Name in keyof Figures]: Figures[Name] extends Spread | undefined ? Name : never;
}[keyof Figures];

const SPREADS: readonly SpreadName[] = [
  'sequentialSeconds',
  'parallelSeconds',
  'requestsPerSecond',
  'meanMs',
  'p50Ms',
  'p90Ms',
  'p99Ms',
  'p999Ms',
  'maxMs',
  'queueMs',
  'batchSize',
  'cpuPercent',
  'workerRssBytes',
];

/** A line for each row of the table, every figure as median, smallest and largest. Empty where there is none. */
export function printCsv(measurement: Measurement): string {
  const { facts, demand, run } = measurement;
  const stages = demand.plan.mode === 'load' ? demand.plan.stages : [];
  const head = [
    ...['date', 'commit', 'version', 'cores', 'target', 'workers', 'stage', 'connections', 'ratePerSecond'],
    ...['repeats', 'asked', 'failed', 'unsent', 'reconnects', 'speedup', 'againstFirst'],
    ...SPREADS.flatMap((name) => [name, `${name}Min`, `${name}Max`]),
  ];
  const lines = toRows(run).map((row) => [
    ...[facts.date, facts.commit, facts.version, facts.cores, row.target, row.workers, row.stage],
    ...[stages[row.stage]?.connections, stages[row.stage]?.ratePerSecond],
    ...[row.repeats, row.asked, row.failed, row.unsent, row.reconnects],
    ...[FIGURES.speedup.pick(row), FIGURES.gain.pick(row)],
    ...SPREADS.flatMap((name) => cellsOf(row, name)),
  ]);
  return [head, ...lines].map((cells) => `${cells.map(quote).join(',')}\r\n`).join('');
}

function cellsOf({ figures }: Row, name: SpreadName): readonly (number | undefined)[] {
  const found = figures?.[name];
  return [found?.median, found?.min, found?.max];
}

function quote(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
