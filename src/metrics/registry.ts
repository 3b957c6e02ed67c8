import type { MetricShape } from './definition.js';

/** Upper bounds of histogram buckets, the Java client's defaults; the last bucket, +Inf, is not listed. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** The numbers of one metric with one set of labels. */
export interface Series {
  /** Every label, the host's last. */
  readonly labels: readonly string[];
  /** The counter, the gauge, or the histogram's sum. */
  value: number;
  /** Observations of a histogram. */
  count: number;
  /** Observations per bucket of a histogram, the last for +Inf; each observation in one bucket. */
  readonly buckets: number[];
}

/** A metric with its series. */
export interface Metric {
  readonly shape: MetricShape;
  readonly series: Iterable<Series>;
}

export interface RegistryOptions {
  readonly hostname: string;
  /** Label sets one metric may have; further ones are not counted. */
  readonly maxSeries: number;
  /** Told once per metric when `maxSeries` is reached. */
  readonly onFull: (name: string) => void;
}

interface Stored {
  readonly shape: MetricShape;
  readonly series: Map<string, Series>;
  full: boolean;
}

/** Metrics by name, for Prometheus to collect. */
export class Registry {
  readonly #options: RegistryOptions;
  readonly #metrics = new Map<string, Stored>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Makes a metric known; a metric of that name that is known already stays. */
  define(shape: MetricShape): void {
    if (!this.#metrics.has(shape.name))
      this.#metrics.set(shape.name, { shape, series: new Map(), full: false });
  }

  /** Records into a metric that was defined; `labels` without the host's. */
  record(name: string, labels: readonly string[], value: number): void {
    const metric = this.#metrics.get(name);
    const series = metric && this.#seriesOf(metric, labels);
    if (!series) return;
    if (metric.shape.type === 'gauge') series.value = value;
    else series.value += value;
    if (metric.shape.type === 'histogram') observe(series, value);
  }

  /** In the order they were defined. */
  metrics(): Iterable<Metric> {
    return [...this.#metrics.values()].map(({ shape, series }) => ({ shape, series: series.values() }));
  }

  #seriesOf(metric: Stored, labels: readonly string[]): Series | undefined {
    const key = labels.join('\u0000');
    const known = metric.series.get(key);
    if (known) return known;
    if (metric.series.size >= this.#options.maxSeries) {
      if (!metric.full) this.#options.onFull(metric.shape.name);
      metric.full = true;
      return undefined;
    }
    const buckets = metric.shape.type === 'histogram' ? BUCKETS.map(() => 0).concat(0) : [];
    const series = { labels: [...labels, this.#options.hostname], value: 0, count: 0, buckets };
    metric.series.set(key, series);
    return series;
  }
}

function observe(series: Series, value: number): void {
  const bucket = BUCKETS.findIndex((bound) => value <= bound);
  const index = bucket < 0 ? BUCKETS.length : bucket;
  series.buckets[index] = (series.buckets[index] ?? 0) + 1;
  series.count++;
}
