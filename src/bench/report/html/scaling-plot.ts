import type { Row } from '../../rows.js';
import type { Scalability } from '../../scalability.js';
import { expectRate } from '../../stats/scaling-fit.js';
import { linearAxis } from './axis.js';
import type { Plot, Series } from './plot.js';

const CURVE_POINTS = 60;
/** The fits are drawn beyond what was measured, to show where they lead. */
const BEYOND = 1.5;

/** Throughput over workers with the laws that fit it; undefined when there is nothing to fit. */
export function scalingPlot(scalability: readonly Scalability[], rows: readonly Row[]): Plot | undefined {
  const counts = scalability.flatMap(({ points }) => points.map(({ workers }) => workers));
  if (counts.length === 0) return undefined;
  const most = Math.max(...counts) * BEYOND;
  const several = scalability.length > 1;
  const series = scalability.flatMap((found, colour) =>
    seriesOf(found, rows, most, several ? colour : undefined),
  );
  const highest = Math.max(
    ...series.flatMap(({ points }) => points.map(({ y, high = 0 }) => Math.max(y, high))),
  );
  return {
    title: 'Throughput over workers',
    x: linearAxis('workers', most, 1),
    y: linearAxis('requests per second', highest),
    series,
  };
}

function seriesOf(
  { target, points, amdahl, usl }: Scalability,
  rows: readonly Row[],
  most: number,
  colour: number | undefined,
): readonly Series[] {
  const name = (what: string) => (colour === undefined ? what : `${target}: ${what}`);
  const own = colour === undefined ? {} : { colour };
  const measured = points.map(({ workers, requestsPerSecond: y }) => {
    const row = rows.find((found) => found.target === target && found.workers === workers);
    const range = row?.figures?.requestsPerSecond;
    return { x: workers, y, ...(range ? { low: range.min, high: range.max } : {}) };
  });
  const curves = [
    { what: "Amdahl's law", fit: amdahl, shape: 'dashed' as const },
    { what: 'Universal Scalability Law', fit: usl, shape: 'line' as const },
  ].flatMap(({ what, fit, shape }) => {
    if (!fit) return [];
    const at = Array.from(
      { length: CURVE_POINTS },
      (_, index) => 1 + ((most - 1) * index) / (CURVE_POINTS - 1),
    );
    const curve = at.map((x) => ({ x, y: expectRate(fit, x) }));
    return [{ name: name(what), points: curve, shape, ...own }];
  });
  return [{ name: name('measured'), points: measured, shape: 'dots', ...own }, ...curves];
}
