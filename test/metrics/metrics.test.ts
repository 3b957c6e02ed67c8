import { afterEach, describe, expect, it } from 'vitest';
import { EventHub } from '../../src/core/events.js';
import { silentLog } from '../../src/core/log.js';
import { createMetrics, type Metrics, type MetricsOptions } from '../../src/metrics/metrics.js';
import { answeredJob } from './definitions/recording.js';

const WORKER = {
  id: '9000',
  model: 'noop',
  version: '1.0',
  state: 'ready',
  pid: 1,
  startedAt: 0,
  loadMs: 1,
} as const;

const running: Metrics[] = [];
afterEach(() => {
  for (const metrics of running.splice(0)) metrics.close();
});

function start(settings: Partial<MetricsOptions['settings']>) {
  const hub = new EventHub();
  const tsLines: string[] = [];
  const modelLines: string[] = [];
  const metrics = createMetrics({
    settings: {
      metricsMode: 'log',
      modelMetricsAutoDetect: false,
      disableSystemMetrics: true,
      metricTimeInterval: 60,
      maxMetricSeries: 10,
      ...settings,
    },
    hub,
    logs: {
      server: silentLog,
      tsMetric: (line) => tsLines.push(line),
      modelMetric: (line) => modelLines.push(line),
    },
    hostname: 'box',
    clock: { now: () => 0, date: () => 1_685_000_000_999, after: () => () => {} },
  });
  running.push(metrics);
  return { hub, metrics, tsLines, modelLines };
}

function oneRequest(hub: EventHub): void {
  hub.emit('http.answered', {
    remote: '/127.0.0.1:1',
    method: 'POST',
    uri: '/predictions/noop',
    protocol: 'HTTP/1.1',
    status: 200,
    durationMs: 1,
  });
  hub.emit('job.requested', { model: 'noop', version: undefined });
  hub.emit('job.settled', { job: answeredJob(), model: 'noop', version: '1.0' });
  hub.emit('worker.metric', {
    worker: WORKER,
    metric: {
      name: 'PredictionTime',
      value: 2,
      unit: 'ms',
      type: 'gauge',
      dimensions: { ModelName: 'noop', Level: 'Model' },
      requestIds: ['r'],
    },
  });
}

const TS_LINES = [
  'Requests2XX.Count:1.0|#Level:Host|#hostname:box,timestamp:1685000000',
  'ts_inference_requests_total.Count:1.0|#model_name:noop,model_version:default|#hostname:box,timestamp:1685000000',
  'ts_inference_latency_microseconds.Microseconds:10000.0|#model_name:noop,model_version:default|#hostname:box,timestamp:1685000000',
  'ts_queue_latency_microseconds.Microseconds:2500.0|#model_name:noop,model_version:default|#hostname:box,timestamp:1685000000',
  'QueueTime.Milliseconds:2.0|#Level:Host|#hostname:box,timestamp:1685000000',
];
const MODEL_LINE =
  'PredictionTime.ms:2.0|#ModelName:noop,Level:Model|#hostname:box,requestID:r,timestamp:1685000000';

describe('metrics in log mode', () => {
  it('are lines in the two metric logs, and nothing for Prometheus', async () => {
    const { hub, metrics, tsLines, modelLines } = start({});
    oneRequest(hub);
    expect(tsLines).toEqual(TS_LINES);
    expect(modelLines).toEqual([MODEL_LINE]);
    expect(await metrics.text()).toBe('');
    expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });
});

describe('metrics that TorchServe does not have', () => {
  it.each([
    ['prometheus', true],
    ['log', false],
  ] as const)('in %s mode are there: %s', async (metricsMode, there) => {
    const { hub, metrics, tsLines } = start({ metricsMode });
    hub.emit('batch.done', { worker: WORKER, jobs: [answeredJob()], handlerMs: 1, frontMs: 1 });
    const told = [...tsLines, await metrics.text()].join('\n');
    expect(told.includes('WorkerThreadTime')).toBe(true);
    expect(told.includes('WorkerBatches')).toBe(there);
  });
});

describe('metrics of handlers that belong to no request', () => {
  it('have TorchServe’s null for the request in their line', () => {
    const { hub, modelLines } = start({ modelMetricsAutoDetect: true });
    const dimensions = { Level: 'Error' };
    const metric = {
      name: 'Oops',
      value: 1,
      unit: 'unit',
      type: 'counter',
      dimensions,
      requestIds: [],
    } as const;
    hub.emit('worker.metric', { worker: WORKER, metric });
    expect(modelLines).toEqual([
      'Oops.unit:1.0|#Level:Error|#hostname:box,requestID:null,timestamp:1685000000',
    ]);
  });
});

describe('metrics in prometheus mode', () => {
  it('are text to collect, and no lines in the logs', async () => {
    const { hub, metrics, tsLines, modelLines } = start({ metricsMode: 'prometheus' });
    oneRequest(hub);
    oneRequest(hub);
    expect([...tsLines, ...modelLines]).toEqual([]);
    const lines = (await metrics.text()).split('\n');
    expect(lines).toContain('Requests2XX{Level="Host",Hostname="box",} 2.0');
    expect(lines).toContain(
      'ts_inference_latency_microseconds{model_name="noop",model_version="default",hostname="box",} 20000.0',
    );
    expect(lines).toContain('PredictionTime{ModelName="noop",Level="Model",Hostname="box",} 2.0');
    expect(lines).toContain('# TYPE HandlerTime gauge');
    expect(await metrics.text(['QueueTime'])).toBe(
      '# HELP QueueTime Torchserve prometheus gauge metric with unit: Milliseconds\n' +
        '# TYPE QueueTime gauge\nQueueTime{Level="Host",Hostname="box",} 2.0\n',
    );
  });
});

describe('metrics in legacy mode', () => {
  it('are text for the three counters of inference, and lines for the rest', async () => {
    const { hub, metrics, tsLines, modelLines } = start({ metricsMode: 'legacy' });
    oneRequest(hub);
    expect(tsLines).toEqual([TS_LINES[0], TS_LINES[4]]);
    expect(modelLines).toEqual([MODEL_LINE]);
    const types = (await metrics.text()).match(/# TYPE .*/g);
    expect(types).toEqual([
      '# TYPE ts_inference_requests_total counter',
      '# TYPE ts_inference_latency_microseconds counter',
      '# TYPE ts_queue_latency_microseconds counter',
    ]);
  });
});

describe('metrics in any mode', () => {
  it('measure the machine unless told not to', async () => {
    const { tsLines } = start({ disableSystemMetrics: false, metricTimeInterval: 1 });
    const quiet = start({});
    for (let waited = 0; tsLines.length < 7 && waited < 20_000; waited += 20)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(tsLines.map((line) => line.split('.')[0])).toEqual([
      'CPUUtilization',
      'MemoryUtilization',
      'MemoryUsed',
      'MemoryAvailable',
      'DiskUtilization',
      'DiskUsage',
      'DiskAvailable',
    ]);
    expect(quiet.tsLines).toEqual([]);
  });

  it('stop when they are closed', () => {
    const { hub, metrics, tsLines } = start({});
    metrics.close();
    oneRequest(hub);
    expect(tsLines).toEqual([]);
  });
});
