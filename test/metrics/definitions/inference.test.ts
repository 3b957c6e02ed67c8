import { describe, expect, it } from 'vitest';
import { serveError } from '../../../src/core/errors.js';
import { Job } from '../../../src/core/job.js';
import { inferenceMetrics } from '../../../src/metrics/definitions/inference.js';
import { answeredJob, recorded } from './recording.js';

function settled(job: Job): unknown[][] {
  return recorded(inferenceMetrics, (hub) => hub.emit('job.settled', { job, model: 'noop', version: '1.0' }));
}

describe('the metrics of inference', () => {
  it('count requests before they are queued, without a version as "default"', () => {
    const records = recorded(inferenceMetrics, (hub) => {
      hub.emit('job.requested', { model: 'noop', version: undefined });
      hub.emit('job.requested', { model: 'noop', version: '2.0' });
    });
    expect(records).toEqual([
      ['ts_inference_requests_total', ['noop', 'default'], 1],
      ['ts_inference_requests_total', ['noop', '2.0'], 1],
    ]);
  });

  it('measure an answered request in microseconds, its queue in whole milliseconds as well', () => {
    expect(settled(answeredJob())).toEqual([
      ['ts_inference_latency_microseconds', ['noop', 'default'], 10_000],
      ['ts_queue_latency_microseconds', ['noop', 'default'], 2500],
      ['QueueTime', ['Host'], 2],
    ]);
  });

  it('use the version that the client named', () => {
    expect(settled(answeredJob({ version: '3' }))[0]?.[1]).toEqual(['noop', '3']);
  });

  it('leave out descriptions and failed requests', () => {
    expect(settled(answeredJob({ verb: 'describe' }))).toEqual([]);
    const failed = new Job(answeredJob().request, { admittedAt: 0 });
    failed.fail(serveError('WORKER_DIED', {}), 1);
    expect(settled(failed)).toEqual([]);
  });

  it('are all kept for Prometheus in legacy mode, except the gauge', () => {
    expect(inferenceMetrics.filter(({ legacy }) => legacy).map(({ name }) => name)).toEqual([
      'ts_inference_requests_total',
      'ts_inference_latency_microseconds',
      'ts_queue_latency_microseconds',
    ]);
  });
});
