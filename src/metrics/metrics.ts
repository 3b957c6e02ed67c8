import type { Settings } from '../config/keys.js';
import { type Clock, systemClock } from '../core/clock.js';
import type { EventHub } from '../core/events.js';
import type { Logs } from '../logging/logs.js';
import {
  type MetricDefinition,
  type MetricShape,
  type MetricSources,
  namesFor,
  type Recorder,
} from './definition.js';
import { type MetricLineWriter, metricLineWriter } from './log-format.js';
import { type KnownMetrics, USUAL_METRICS } from './metrics-file.js';
import { observeModelMetrics } from './model-metrics.js';
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from './prometheus.js';
import { Registry } from './registry.js';
import { type SystemSample, startSystemSampler } from './system.js';

/** The counters of a server. */
export interface Metrics {
  /** What the metrics API answers: Prometheus text; empty in `log` mode. `names` limits it to samples of these names. */
  text(names?: readonly string[]): Promise<string>;
  readonly contentType: string;
  /** Stops observing and measuring. */
  close(): void;
}

export interface MetricsOptions {
  readonly settings: Pick<
    Settings,
    | 'metricsMode'
    | 'modelMetricsAutoDetect'
    | 'disableSystemMetrics'
    | 'metricTimeInterval'
    | 'maxMetricSeries'
  >;
  readonly hub: EventHub;
  readonly logs: Pick<Logs, 'server' | 'tsMetric' | 'modelMetric'>;
  readonly hostname: string;
  /** Default: the metrics of the manual. */
  readonly known?: KnownMetrics;
  /** GPUs of the machine, to be measured as well. Default 0. */
  readonly gpus?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** TorchServe's word where a value of a handler belongs to no request. */
const NO_REQUEST = ['null'];

/** Starts to count what happens on the hub and to measure the machine, as `metrics_mode` says. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { settings, hub, logs, known = USUAL_METRICS } = options;
  const registry = new Registry({
    hostname: options.hostname,
    maxSeries: settings.maxMetricSeries,
    onFull: (name) => logs.server.warn(`The metric ${name} has too many label sets (max_metric_series).`),
  });
  const sampler = createSampler(options);
  const sources: MetricSources = { hub, onSample: sampler.onSample };
  const isWanted = ({ prometheusOnly }: MetricDefinition): boolean =>
    !prometheusOnly || settings.metricsMode === 'prometheus';
  const stops = [
    ...known.definitions
      .filter(isWanted)
      .map((definition) => definition.observe(sources, recorderFor(definition, options, registry))),
    observeModelMetrics({
      hub,
      log: logs.server,
      autoDetect: settings.modelMetricsAutoDetect,
      maxMetrics: settings.maxMetricSeries,
      reserved: new Set(USUAL_METRICS.definitions.map(({ name }) => name)),
      known: known.modelMetrics,
      names: namesFor(settings.metricsMode),
      ...modelRecorder(options, registry),
    }),
    sampler.start(),
  ];
  return {
    text: async (names) => prometheusText(registry.metrics(), names),
    contentType: PROMETHEUS_CONTENT_TYPE,
    close() {
      for (const stop of stops) stop();
    },
  };
}

function recorderFor(definition: MetricDefinition, options: MetricsOptions, registry: Registry): Recorder {
  const { metricsMode } = options.settings;
  if (metricsMode === 'prometheus' || (metricsMode === 'legacy' && definition.legacy)) {
    registry.define(definition);
    return (labels, value) => registry.record(definition.name, labels, value);
  }
  const { logs, hostname, clock = systemClock } = options;
  const write = metricLineWriter(definition, hostname, logs.tsMetric);
  return (labels, value) => write(labels, value, seconds(clock));
}

function modelRecorder(options: MetricsOptions, registry: Registry) {
  const { logs, hostname, clock = systemClock } = options;
  if (options.settings.metricsMode === 'prometheus')
    return {
      define: (shape: MetricShape) => registry.define(shape),
      record: (shape: MetricShape, labels: readonly string[], value: number) =>
        registry.record(shape.name, labels, value),
    };
  const writers = new Map<MetricShape, MetricLineWriter>();
  return {
    define: (shape: MetricShape) => {
      writers.set(shape, metricLineWriter(shape, hostname, logs.modelMetric));
    },
    record: (shape: MetricShape, labels: readonly string[], value: number, requestIds: readonly string[]) =>
      writers.get(shape)?.(labels, value, seconds(clock), requestIds.length > 0 ? requestIds : NO_REQUEST),
  };
}

function seconds(clock: Clock): number {
  return Math.floor(clock.date() / 1000);
}

function createSampler({ settings, logs, gpus = 0 }: MetricsOptions) {
  const observers = new Set<(sample: SystemSample) => void>();
  let failed = false;
  return {
    onSample(observer: (sample: SystemSample) => void) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    start() {
      if (settings.disableSystemMetrics) return () => {};
      return startSystemSampler({
        intervalMs: settings.metricTimeInterval * 1000,
        gpus,
        onSample(sample) {
          failed = false;
          for (const observer of observers) observer(sample);
        },
        onFailure(error) {
          const reason = error instanceof Error ? error.message : String(error);
          if (!failed) logs.server.warn(`The machine cannot be measured: ${reason}`);
          failed = true;
        },
      });
    },
  };
}
