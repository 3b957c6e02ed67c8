import type { Row } from '../rows.js';

/** What an assertion may name. */
export type FigureName = keyof typeof FIGURES;

/** How a figure is written: times, rates, factors and counts cannot be compared with each other. */
export type FigureKind = 'time' | 'rate' | 'factor' | 'count' | 'percent' | 'size';

interface FigureRule {
  readonly kind: FigureKind;
  /** In ms, requests per second, times, percent or bytes; undefined when the row has no such figure. */
  readonly pick: (row: Row) => number | undefined;
}

/** The figures of a row by their names in assertions: medians over the repeats. */
export const FIGURES = {
  mean: { kind: 'time', pick: ({ figures }) => figures?.meanMs.median },
  p50: { kind: 'time', pick: ({ figures }) => figures?.p50Ms.median },
  p90: { kind: 'time', pick: ({ figures }) => figures?.p90Ms.median },
  p99: { kind: 'time', pick: ({ figures }) => figures?.p99Ms.median },
  'p99.9': { kind: 'time', pick: ({ figures }) => figures?.p999Ms.median },
  max: { kind: 'time', pick: ({ figures }) => figures?.maxMs.median },
  queue: { kind: 'time', pick: ({ figures }) => figures?.queueMs?.median },
  throughput: { kind: 'rate', pick: ({ figures }) => figures?.requestsPerSecond.median },
  speedup: { kind: 'factor', pick: ({ figures }) => figures?.speedup },
  gain: { kind: 'factor', pick: ({ figures }) => figures?.againstFirst },
  batch: { kind: 'count', pick: ({ figures }) => figures?.batchSize?.median },
  errors: { kind: 'count', pick: ({ failed }) => failed },
  unsent: { kind: 'count', pick: ({ unsent }) => unsent },
  cpu: { kind: 'percent', pick: ({ figures }) => figures?.cpuPercent?.median },
  rss: { kind: 'size', pick: ({ figures }) => figures?.workerRssBytes?.median },
} as const satisfies Readonly<Record<string, FigureRule>>;

/** How many of the figure's own unit one of a written unit is, for each kind; the first one is the figure's own. */
export const UNITS: Readonly<Record<FigureKind, Readonly<Record<string, number>>>> = {
  time: { ms: 1, us: 0.001, s: 1000 },
  rate: { '/s': 1 },
  factor: { x: 1 },
  count: {},
  percent: { '%': 1 },
  size: { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 },
};
