import type { Row } from '../../rows.js';
import { linearAxis, logAxis } from './axis.js';
import { PALETTE, type Plot, type Series } from './plot.js';

/** Shares of the latencies of each row; undefined when no row has figures. `name` says how a row is called. */
export function latencyPlot(rows: readonly Row[], name: (row: Row) => string): Plot | undefined {
  const sound = rows.filter(({ figures }) => figures !== undefined).slice(0, PALETTE);
  const series = sound.map((row) => toSteps(row, name(row)));
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return undefined;
  const xs = points.map(({ x }) => x);
  return {
    title: 'Latencies',
    x: logAxis('milliseconds', Math.min(...xs), Math.max(...xs)),
    y: linearAxis('% of the answers', Math.max(...points.map(({ y }) => y))),
    series,
  };
}

function toSteps({ figures }: Row, name: string): Series {
  const { fromMs, growth, counts } = figures?.histogram ?? { fromMs: 1, growth: 2, counts: [] };
  const total = counts.reduce((sum, count) => sum + count, 0);
  const steps = counts.map((count, place) => ({ x: fromMs * growth ** place, y: (100 * count) / total }));
  const end = { x: fromMs * growth ** counts.length, y: 0 };
  return { name, shape: 'steps', points: [{ x: fromMs, y: 0 }, ...steps, end] };
}
