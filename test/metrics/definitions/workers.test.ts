import { describe, expect, it } from 'vitest';
import type { WorkerFacts } from '../../../src/core/events.js';
import { workerMetrics } from '../../../src/metrics/definitions/workers.js';
import { answeredJob, recorded } from './recording.js';

const worker: WorkerFacts = {
  id: '9000',
  model: 'noop',
  version: '1.0',
  state: 'ready',
  pid: 1,
  startedAt: 0,
  loadMs: 12.7,
};

describe('the metrics of workers', () => {
  it('tell how long a worker took to load', () => {
    const records = recorded(workerMetrics, (hub) => {
      hub.emit('worker.state', {
        worker: { ...worker, state: 'loading', loadMs: undefined },
        from: 'starting',
      });
      hub.emit('worker.state', { worker, from: 'loading' });
      hub.emit('worker.state', { worker: { ...worker, state: 'draining' }, from: 'ready' });
    });
    expect(records).toEqual([['WorkerLoadTime', ['W-9000-noop_1.0', 'Host'], 12]]);
  });

  it('tell the time a batch spent in the server, whole and never below zero', () => {
    const records = recorded(workerMetrics, (hub) => {
      hub.emit('batch.done', { worker, jobs: [], handlerMs: 1, frontMs: 3.9 });
      hub.emit('batch.done', { worker, jobs: [], handlerMs: 1, frontMs: -0.2 });
    });
    expect(records).toEqual([
      ['WorkerThreadTime', ['Host'], 3],
      ['WorkerThreadTime', ['Host'], 0],
    ]);
  });

  it('count the batches of a model that held requests', () => {
    const records = recorded(workerMetrics, (hub) => {
      hub.emit('batch.done', { worker, jobs: [answeredJob(), answeredJob()], handlerMs: 1, frontMs: 1 });
      hub.emit('batch.done', { worker, jobs: [], handlerMs: 1, frontMs: 1 });
    });
    expect(records.filter(([name]) => name === 'WorkerBatches')).toEqual([
      ['WorkerBatches', ['noop', 'Host'], 1],
    ]);
  });
});
