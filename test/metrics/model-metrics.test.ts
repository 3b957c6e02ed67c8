import { describe, expect, it } from 'vitest';
import { EventHub, type WorkerFacts, type WorkerMetric } from '../../src/core/events.js';
import { silentLog } from '../../src/core/log.js';
import { type MetricShape, namesFor } from '../../src/metrics/definition.js';
import { MODEL_METRICS, observeModelMetrics } from '../../src/metrics/model-metrics.js';

const worker: WorkerFacts = {
  id: '9000',
  model: 'noop',
  version: '1.0',
  state: 'ready',
  pid: 1,
  startedAt: 0,
  loadMs: 1,
};

function metric(changes: Partial<WorkerMetric> = {}): WorkerMetric {
  return {
    name: 'PredictionTime',
    value: 1.5,
    unit: 'Milliseconds',
    type: 'gauge',
    dimensions: { Level: 'Model', ModelName: 'noop' },
    requestIds: ['r1'],
    ...changes,
  };
}

function observe(
  metrics: WorkerMetric[],
  autoDetect = false,
  maxMetrics = 10,
  mode: 'log' | 'prometheus' = 'prometheus',
) {
  const hub = new EventHub();
  const defined: string[] = [];
  const recorded: unknown[][] = [];
  const warnings: string[] = [];
  const stop = observeModelMetrics({
    hub,
    log: { ...silentLog, warn: (message) => warnings.push(message) },
    autoDetect,
    maxMetrics,
    known: MODEL_METRICS,
    names: namesFor(mode),
    reserved: new Set(['Requests2XX']),
    define: (shape) => defined.push(shape.name),
    record: (shape, labels, value, ids) => recorded.push([shape.name, shape.unit, labels, value, ids]),
  });
  for (const one of metrics) hub.emit('worker.metric', { worker, metric: one });
  stop();
  hub.emit('worker.metric', { worker, metric: metric({ value: 999 }) });
  return { defined, recorded, warnings };
}

describe('the metrics of handlers', () => {
  it('that are known have the unit and the order of labels of TorchServe', () => {
    const { defined, recorded, warnings } = observe([metric()]);
    expect(defined).toEqual(['HandlerTime', 'PredictionTime']);
    expect(recorded).toEqual([['PredictionTime', 'ms', ['noop', 'Model'], 1.5, ['r1']]]);
    expect(warnings).toEqual([]);
  });

  it('get the time of every batch from its answers, until observing stops', () => {
    const hub = new EventHub();
    const recorded: unknown[][] = [];
    const record = (shape: { readonly name: string }, ...rest: unknown[]) =>
      recorded.push([shape.name, ...rest]);
    const names = namesFor('log');
    const limits = {
      autoDetect: false,
      maxMetrics: 10,
      known: MODEL_METRICS,
      names,
      reserved: new Set<string>(),
    };
    const stop = observeModelMetrics({ hub, log: silentLog, ...limits, define() {}, record });
    hub.emit('batch.done', { worker, jobs: [], handlerMs: 1.23456, frontMs: 0 });
    stop();
    hub.emit('batch.done', { worker, jobs: [], handlerMs: 9, frontMs: 0 });
    expect(recorded).toEqual([['PredictionTime', ['noop', 'Model'], 1.23, []]]);
  });

  it.each<[string, MetricShape['dimensions'] | undefined, boolean, unknown[][]]>([
    ['in the order of a metrics file', ['Level', 'ModelName'], false, [['Model', 'noop']]],
    ['not, when the file leaves it out', undefined, false, []],
    ['all the same, when it is left out and metrics are detected', undefined, true, [['noop', 'Model']]],
    ['not, when the file gives it other dimensions', ['Level'], false, []],
  ])('get the time of every batch %s', (_, dimensions, autoDetect, expected) => {
    const hub = new EventHub();
    const recorded: unknown[] = [];
    const shape = { name: 'PredictionTime', type: 'gauge', unit: 'ms', host: 'Hostname' } as const;
    const known = dimensions ? [{ ...shape, dimensions }] : [];
    const names = namesFor('log');
    const options = {
      hub,
      log: silentLog,
      autoDetect,
      maxMetrics: 10,
      known,
      names,
      reserved: new Set<string>(),
    };
    const record = (_shape: MetricShape, labels: readonly string[]) => recorded.push(labels);
    observeModelMetrics({ ...options, define() {}, record });
    hub.emit('batch.done', { worker, jobs: [], handlerMs: 1, frontMs: 0 });
    expect(recorded).toEqual(expected);
  });

  it('that are not known are dropped with one warning each', () => {
    const { recorded, warnings } = observe([metric({ name: 'Own' }), metric({ name: 'Own' })]);
    expect(recorded).toEqual([]);
    expect(warnings).toEqual([
      'The metric "Own" of a handler is dropped: it is not known, and model_metrics_auto_detect is off.',
    ]);
  });

  it('are defined by their first value when auto detection is on', () => {
    const own = metric({ name: 'Own', unit: 'count', type: 'counter', dimensions: { Kind: 'x' } });
    const { defined, recorded } = observe([own, { ...own, value: 2 }], true);
    expect(defined).toEqual(['HandlerTime', 'PredictionTime', 'Own']);
    expect(recorded).toEqual([
      ['Own', 'count', ['x'], 1.5, ['r1']],
      ['Own', 'count', ['x'], 2, ['r1']],
    ]);
  });

  it.each<[string, Partial<WorkerMetric>, RegExp]>([
    ['a name Prometheus forbids', { name: 'a b' }, /"a b" is not a name/],
    ['a label Prometheus forbids', { name: 'Own', dimensions: { 'a-b': '1' } }, /"a-b" is not a name/],
    ['a name of the server', { name: 'Requests2XX' }, /the server has a metric of this name/],
    ['a label of the server', { name: 'Own', dimensions: { Hostname: 'x' } }, /adds the dimension Hostname/],
    ['a unit that breaks the line', { name: 'Own', unit: 'ms\n' }, /is not a unit/],
    ['a value that is none', { value: Number.NaN }, /its value is not a number/],
    ['other dimensions', { dimensions: { Level: 'x' } }, /its dimensions are Level, not ModelName, Level/],
    ['a counter that goes down', { name: 'Own', type: 'counter', value: -1 }, /cannot go down/],
  ])('with %s are dropped', (_, changes, reason) => {
    const { recorded, warnings } = observe([metric(changes)], true);
    expect(recorded).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(reason);
  });

  it('may have names that only the log can hold, where they go there', () => {
    const own = metric({ name: 'Two Words', dimensions: { 'a-b': '1' } });
    expect(observe([own], true, 10, 'log').recorded).toEqual([
      ['Two Words', 'Milliseconds', ['1'], 1.5, ['r1']],
    ]);
  });

  it('that call their dimensions otherwise are told by their places', () => {
    const { recorded } = observe([metric({ dimensions: { Name: 'noop', Depth: 'Model' } })]);
    expect(recorded).toEqual([['PredictionTime', 'ms', ['noop', 'Model'], 1.5, ['r1']]]);
  });

  it('cannot be more than the limit', () => {
    const { defined, warnings } = observe([metric({ name: 'A' }), metric({ name: 'B' })], true, 3);
    expect(defined).toEqual(['HandlerTime', 'PredictionTime', 'A']);
    expect(warnings[0]).toContain('max_metric_series');
  });
});
