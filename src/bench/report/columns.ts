import type { Measurement } from '../bench.js';
import { type Figures, type Row, toRows } from '../rows.js';
import type { Spread } from '../sample.js';

/** A table before it is drawn: every cell is a text. */
export interface Columns {
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** What stands where a figure would be if no request had failed. */
const NO_FIGURE = '–';

/** The table of the worker-scaling experiment, or that of a load. */
export function toColumns(measurement: Measurement): Columns {
  const rows = toRows(measurement.run);
  return measurement.demand.plan.mode === 'scaling' ? scalingColumns(rows) : loadColumns(rows);
}

function scalingColumns(rows: readonly Row[]): Columns {
  const figureHeads = ['sequential s', 'parallel s', 'speed-up', 'against first', 'p50 ms', 'p99 ms'];
  return {
    head: ['workers', ...figureHeads, 'errors'],
    lines: rows.map((row) =>
      toLine(row, figureHeads.length, (figures) => [
        seconds(figures.sequentialSeconds),
        seconds(figures.parallelSeconds),
        ratio(figures.speedup),
        ratio(figures.againstFirst),
        milliseconds(figures.p50Ms),
        milliseconds(figures.p99Ms),
      ]),
    ),
  };
}

function loadColumns(rows: readonly Row[]): Columns {
  const figureHeads = ['requests', 'requests/s', 'against first', 'p50 ms', 'p99 ms'];
  return {
    head: ['workers', ...figureHeads, 'errors'],
    lines: rows.map((row) =>
      toLine(row, figureHeads.length, (figures) => [
        String(row.asked),
        withRange(figures.requestsPerSecond, (value) => value.toFixed(value < 100 ? 1 : 0)),
        ratio(figures.againstFirst),
        milliseconds(figures.p50Ms),
        milliseconds(figures.p99Ms),
      ]),
    ),
  };
}

function toLine(row: Row, width: number, cells: (figures: Figures) => readonly string[]): readonly string[] {
  const workers = row.workers === undefined ? 'as found' : String(row.workers);
  const figures = row.figures ? cells(row.figures) : Array.from({ length: width }, () => NO_FIGURE);
  const errors = row.failed === 0 ? '0' : `${row.failed} of ${row.asked}`;
  return [workers, ...figures, errors];
}

function seconds(value: Spread | undefined): string {
  return value ? withRange(value, (number) => number.toFixed(number < 10 ? 3 : 1)) : NO_FIGURE;
}

function milliseconds(value: Spread): string {
  return withRange(value, (number) => number.toFixed(number < 10 ? 2 : 1));
}

function ratio(value: number | undefined): string {
  return value === undefined ? NO_FIGURE : `${value.toFixed(2)}x`;
}

function withRange({ median, min, max }: Spread, print: (value: number) => string): string {
  return min === max ? print(median) : `${print(median)} (${print(min)}–${print(max)})`;
}
