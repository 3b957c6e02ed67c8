import type { EventHub, WorkerMetric } from '../core/events.js';
import type { Log } from '../core/log.js';
import type { MetricShape, NameRules } from './definition.js';

const PREDICTION_TIME = {
  name: 'PredictionTime',
  type: 'gauge',
  unit: 'ms',
  dimensions: ['ModelName', 'Level'],
  host: 'Hostname',
  doc: 'Time of the latest batch in the worker, rounded to hundredths.',
} as const;

/** Metrics of handlers that are known without a metrics file; their labels are read by name. */
export const MODEL_METRICS: readonly (MetricShape & { readonly doc: string })[] = [
  {
    name: 'HandlerTime',
    type: 'gauge',
    unit: 'ms',
    dimensions: ['ModelName', 'Level'],
    host: 'Hostname',
    doc: 'Time of the latest batch inside the handler.',
  },
  PREDICTION_TIME,
];

export interface ModelMetricsOptions {
  readonly hub: EventHub;
  readonly log: Log;
  /** `model_metrics_auto_detect`: a metric that is not known is defined by its first value. */
  readonly autoDetect: boolean;
  /** Metrics that handlers may emit without being announced. */
  readonly known: readonly MetricShape[];
  /** Metrics that may be defined by their first value. */
  readonly maxMetrics: number;
  readonly names: NameRules;
  /** Names of the server's own metrics, which handlers may not use. */
  readonly reserved: ReadonlySet<string>;
  readonly define: (shape: MetricShape) => void;
  readonly record: (
    shape: MetricShape,
    labels: readonly string[],
    value: number,
    requestIds: readonly string[],
  ) => void;
}

/** Records what workers report of their handlers. What does not fit is dropped, with one warning per name. */
export function observeModelMetrics(options: ModelMetricsOptions): () => void {
  const shapes = new Map<string, MetricShape>();
  const warned = new Set<string>();
  const define = (shape: MetricShape): void => {
    shapes.set(shape.name, shape);
    options.define(shape);
  };
  for (const shape of options.known) define(shape);
  const refuse = (name: string, reason: string): void => {
    if (warned.has(name) || warned.size >= options.maxMetrics) return;
    warned.add(name);
    options.log.warn(`The metric ${JSON.stringify(name)} of a handler is dropped: ${reason}.`);
  };
  if (options.autoDetect && !shapes.has(PREDICTION_TIME.name)) define(PREDICTION_TIME);
  const stopTimes = observeTimes(shapes.get(PREDICTION_TIME.name), options, refuse);
  const stopValues = options.hub.on('worker.metric', ({ metric }) => {
    const known = shapes.get(metric.name);
    const shape = known ?? shapeOf(metric);
    const reason = known ? misfit(known, metric) : refusal(metric, options, shapes.size);
    if (reason) return refuse(metric.name, reason);
    if (!known) define(shape);
    options.record(shape, labelsOf(shape, metric), metric.value, metric.requestIds);
  });
  return () => {
    stopTimes();
    stopValues();
  };
}

/** The worker measures each batch and sends the time with the answers, so that no frame of its own is needed. */
function observeTimes(
  shape: MetricShape | undefined,
  { hub, record }: ModelMetricsOptions,
  refuse: (name: string, reason: string) => void,
): () => void {
  if (!shape) return () => {};
  const reason = misfit(shape, { value: 0, dimensions: { ModelName: '', Level: '' } });
  if (reason) {
    refuse(shape.name, reason);
    return () => {};
  }
  const modelFirst = shape.dimensions[0] === PREDICTION_TIME.dimensions[0];
  return hub.on('batch.done', ({ worker, jobs, handlerMs }) => {
    const ids = jobs.map((job) => job.request.id);
    const labels = modelFirst ? [worker.model, 'Model'] : ['Model', worker.model];
    record(shape, labels, Math.round(handlerMs * 100) / 100, ids);
  });
}

/** By name; as in TorchServe by their places when the handler calls them otherwise. */
function labelsOf({ dimensions }: MetricShape, metric: WorkerMetric): readonly string[] {
  const named = dimensions.every((name) => metric.dimensions[name] !== undefined);
  return named ? dimensions.map((name) => metric.dimensions[name] ?? '') : Object.values(metric.dimensions);
}

function shapeOf({ name, type, unit, dimensions }: WorkerMetric): MetricShape {
  return { name, type, unit, dimensions: Object.keys(dimensions), host: 'Hostname' };
}

/** Why a metric that is not known may not be defined; undefined when it may. */
function refusal(metric: WorkerMetric, options: ModelMetricsOptions, known: number): string | undefined {
  if (!options.autoDetect) return 'it is not known, and model_metrics_auto_detect is off';
  if (known >= options.maxMetrics) return `there are ${known} metrics already (max_metric_series)`;
  if (options.reserved.has(metric.name)) return 'the server has a metric of this name';
  if (/[\r\n:|]/.test(metric.unit)) return `${JSON.stringify(metric.unit)} is not a unit`;
  const dimensions = Object.keys(metric.dimensions);
  if (dimensions.includes('Hostname')) return 'the server adds the dimension Hostname itself';
  const { names } = options;
  const odd = names.name.test(metric.name)
    ? dimensions.find((one) => !names.dimension.test(one))
    : metric.name;
  return odd === undefined ? misfit(shapeOf(metric), metric) : `${JSON.stringify(odd)} is not a name`;
}

/** Why a value cannot be recorded with a shape; undefined when it can. */
function misfit(shape: MetricShape, metric: Pick<WorkerMetric, 'value' | 'dimensions'>): string | undefined {
  if (!Number.isFinite(metric.value)) return 'its value is not a number';
  if (shape.type === 'counter' && metric.value < 0) return 'a counter cannot go down';
  const given = Object.keys(metric.dimensions);
  return given.length === shape.dimensions.length
    ? undefined
    : `its dimensions are ${given.join(', ')}, not ${shape.dimensions.join(', ')}`;
}
