import type { Settings } from '../config/keys.js';
import type { EventHub } from '../core/events.js';
import type { SystemSample } from './system.js';

/** What a definition may look at. */
export interface MetricSources {
  readonly hub: EventHub;
  /** Measurements of the machine, every `metric_time_interval` seconds; none with `disable_system_metrics`. */
  onSample(observer: (sample: SystemSample) => void): () => void;
}

/** Name, kind and labels of one metric. The host's name is always the last label, and is not given to the recorder. */
export interface MetricShape {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** As it appears in log lines and help texts. */
  readonly unit: string;
  /** Label names without the host's. */
  readonly dimensions: readonly string[];
  /** Name of the host's label. */
  readonly host: string;
}

/** One metric: a function from events to numbers. */
export interface MetricDefinition extends MetricShape {
  /** When it is recorded, for the manual. */
  readonly doc: string;
  /** Also kept for Prometheus in `legacy` mode. */
  readonly legacy?: boolean;
  /** Not TorchServe's, so that its log lines stay what they are. */
  readonly prometheusOnly?: boolean;
  /** Begins to record; the returned function stops that. */
  observe(sources: MetricSources, record: (labels: readonly string[], value: number) => void): () => void;
}

/** Adds to a counter, sets a gauge, or counts into a histogram. `labels` are the dimensions' values, in their order. */
export type Recorder = Parameters<MetricDefinition['observe']>[1];

/** What metrics and their dimensions may be called. */
export interface NameRules {
  readonly name: RegExp;
  readonly dimension: RegExp;
}

const PROMETHEUS_NAMES = { name: /^[A-Za-z_][A-Za-z0-9_]*$/, dimension: /^[A-Za-z_][A-Za-z0-9_]*$/ };
/** What a line of the log can tell apart. */
const LOG_NAMES = { name: /^[\w ]+$/, dimension: /^[^|,:\r\n]+$/ };

/** The names that handlers may use in a `metrics_mode`: those of the place where their metrics go. */
export function namesFor(mode: Settings['metricsMode']): NameRules {
  return mode === 'prometheus' ? PROMETHEUS_NAMES : LOG_NAMES;
}

/** TorchServe's dimensions of everything measured per host: `Level` is always `Host`. */
export const HOST_LEVEL = { dimensions: ['Level'], host: 'Hostname' } as const;
