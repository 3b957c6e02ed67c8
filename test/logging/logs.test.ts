import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventHub, type WorkerFacts } from '../../src/core/events.js';
import { createLogs, type Logs, observeLogs } from '../../src/logging/logs.js';

const DATE = new Date(2024, 4, 30, 21, 46, 3, 625).getTime();
const TIME = '2024-05-30T21:46:03,625';
const EXCHANGE = {
  remote: '/127.0.0.1:53514',
  method: 'POST',
  uri: '/predictions/noop?a=1',
  protocol: 'HTTP/1.1',
  status: 200,
  durationMs: 3.9,
};
const WORKER: WorkerFacts = {
  id: '9000',
  model: 'noop',
  version: '1.0',
  state: 'ready',
  pid: 1,
  startedAt: 0,
  loadMs: 5,
};

let folder: string;
let logs: Logs;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
  logs = createLogs({
    folder: join(folder, 'logs'),
    metricsFolder: join(folder, 'metrics'),
    console: 'none',
    settings: { logMaxBytes: 1_000_000, logFilesKept: 5, logBufferBytes: 1_000_000 },
    now: () => DATE,
  });
});
afterEach(async () => {
  await logs.close();
  rmSync(folder, { recursive: true });
});

function text(...path: string[]): string {
  logs.flush();
  return readFileSync(join(folder, ...path), 'utf8');
}

describe('what makes a model ready', () => {
  it('speaks in the model’s log', () => {
    const hub = new EventHub();
    const stop = observeLogs(hub, logs);
    const model = { model: 'noop', version: '1.0' };
    hub.emit('model.output', { ...model, stream: 'stdout', line: 'Collecting six' });
    hub.emit('model.output', { ...model, stream: 'stderr', line: 'ERROR: no' });
    stop();
    expect(text('logs', 'model_log.log')).toBe(
      `${TIME} [INFO ] install-noop_1.0-stdout MODEL_LOG - Collecting six\n` +
        `${TIME} [WARN ] install-noop_1.0-stderr MODEL_LOG - ERROR: no\n`,
    );
  });
});

describe('the log files', () => {
  it('are the five of TorchServe, in their folders', () => {
    expect(readdirSync(join(folder, 'logs')).sort()).toEqual([
      'access_log.log',
      'model_log.log',
      'ts_log.log',
    ]);
    expect(readdirSync(join(folder, 'metrics')).sort()).toEqual(['model_metrics.log', 'ts_metrics.log']);
  });

  it('have the patterns of TorchServe', () => {
    logs.access(EXCHANGE);
    logs.server.info('Model server started.');
    logs.server.warn('careful', 'W-9000-noop_1.0');
    logs.model(WORKER, 'stdout', 'hello');
    logs.model(WORKER, 'stderr', 'oh');
    logs.tsMetric('Requests2XX.Count:1.0|#Level:Host|#hostname:h,timestamp:1');
    logs.modelMetric('PredictionTime.ms:1.0|#Level:Model|#hostname:h,timestamp:1');
    expect(text('logs', 'access_log.log')).toBe(
      `${TIME} - /127.0.0.1:53514 "POST /predictions/noop?a=1 HTTP/1.1" 200 3\n`,
    );
    expect(text('logs', 'ts_log.log')).toBe(
      `${TIME} [INFO ] main ts.serve - Model server started.\n` +
        `${TIME} [WARN ] W-9000-noop_1.0 ts.serve - careful\n`,
    );
    expect(text('logs', 'model_log.log')).toBe(
      `${TIME} [INFO ] W-9000-noop_1.0-stdout MODEL_LOG - hello\n` +
        `${TIME} [WARN ] W-9000-noop_1.0-stderr MODEL_LOG - oh\n`,
    );
    expect(text('metrics', 'ts_metrics.log')).toBe(
      `${TIME} - Requests2XX.Count:1.0|#Level:Host|#hostname:h,timestamp:1\n`,
    );
    expect(text('metrics', 'model_metrics.log')).toBe(
      `${TIME} - PredictionTime.ms:1.0|#Level:Model|#hostname:h,timestamp:1\n`,
    );
  });

  it('hold what happens on the hub, until one stops listening', () => {
    const hub = new EventHub();
    const stop = observeLogs(hub, logs);
    hub.emit('http.answered', EXCHANGE);
    hub.emit('worker.output', { worker: WORKER, stream: 'stdout', line: 'printed' });
    hub.emit('worker.state', { worker: WORKER, from: 'loading' });
    hub.emit('worker.state', { worker: { ...WORKER, state: 'starting' }, from: undefined });
    hub.emit('model.changed', { model: 'noop', version: '1.0', change: 'scaled' });
    stop();
    hub.emit('http.answered', EXCHANGE);
    expect(text('logs', 'access_log.log').split('\n')).toHaveLength(2);
    expect(text('logs', 'model_log.log')).toContain('MODEL_LOG - printed');
    expect(
      text('logs', 'ts_log.log')
        .split('\n')
        .map((line) => line.split(' - ')[1]),
    ).toEqual([
      'W-9000-noop_1.0 State change loading -> ready',
      'W-9000-noop_1.0 State change null -> starting',
      'Model noop, version 1.0: scaled',
      undefined,
    ]);
  });
});
