import type { Slice } from '../../load/phase.js';
import type { Run } from '../../round.js';
import type { Row } from '../../rows.js';
import { linearAxis } from './axis.js';
import { PALETTE, type Plot, type Point } from './plot.js';

/** Throughput and p99 while each row was measured, its repeats one behind the other. Rows without figures are left out. */
export function timelinePlots(rows: readonly Row[], run: Run, name: (row: Row) => string): readonly Plot[] {
  const lines = rows
    .filter(({ figures }) => figures !== undefined)
    .slice(0, PALETTE)
    .map((row) => ({ name: name(row), slices: slicesOf(row, run) }))
    .filter(({ slices }) => slices.length > 0);
  if (lines.length === 0) return [];
  const plot = (title: string, label: string, pick: (slice: Slice) => number): Plot => {
    const series = lines.map((line) => ({
      name: line.name,
      shape: 'line' as const,
      points: toPoints(line.slices, pick),
    }));
    const points = series.flatMap((one) => one.points);
    return {
      title,
      x: linearAxis('seconds', Math.max(...points.map(({ x }) => x))),
      y: linearAxis(label, Math.max(...points.map(({ y }) => y))),
      series,
    };
  };
  return [
    plot('Throughput over time', 'requests per second', ({ answered, seconds }) => answered / seconds),
    plot('p99 over time', 'milliseconds', ({ p99Ms }) => p99Ms),
  ];
}

/** The slices of a row's rounds, each round beginning where the one before ended. */
function slicesOf(row: Row, { rounds }: Run): readonly Slice[] {
  const own = rounds.filter(
    ({ target, workers, stage }) => target === row.target && workers === row.workers && stage === row.stage,
  );
  let beginSec = 0;
  return own.flatMap(({ parallel }) => {
    const shifted = parallel.timeline.map((slice) => ({ ...slice, fromSec: slice.fromSec + beginSec }));
    beginSec += parallel.seconds;
    return shifted;
  });
}

function toPoints(slices: readonly Slice[], pick: (slice: Slice) => number): readonly Point[] {
  return slices
    .filter(({ seconds }) => seconds > 0)
    .map((slice) => ({ x: slice.fromSec + slice.seconds / 2, y: pick(slice) }));
}
