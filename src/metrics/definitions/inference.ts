import type { Job } from '../../core/job.js';
import { HOST_LEVEL, type MetricDefinition } from '../definition.js';

const PER_MODEL = {
  type: 'counter',
  dimensions: ['model_name', 'model_version'],
  host: 'hostname',
  legacy: true,
} as const;
/** TorchServe's text for a request that names no version. */
const NO_VERSION = 'default';
const HOST = ['Host'];

/** Counted per request for a model. */
export const inferenceMetrics: readonly MetricDefinition[] = [
  {
    name: 'ts_inference_requests_total',
    unit: 'Count',
    ...PER_MODEL,
    doc: 'Inference requests, counted before they are queued, so also those that are then refused.',
    observe: ({ hub }, record) =>
      hub.on('job.requested', ({ model, version }) => record([model, version ?? NO_VERSION], 1)),
  },
  {
    name: 'ts_inference_latency_microseconds',
    unit: 'Microseconds',
    ...PER_MODEL,
    doc: 'Time from admission to the last byte of the answer, added up over answered requests.',
    observe: ({ hub }, record) =>
      hub.on('job.settled', ({ job }) => {
        if (isAnswered(job)) record(labelsOf(job), microseconds(job.admittedAt, job.settledAt));
      }),
  },
  {
    name: 'ts_queue_latency_microseconds',
    unit: 'Microseconds',
    ...PER_MODEL,
    doc: 'Time from admission to the choice of a worker, added up over answered requests.',
    observe: ({ hub }, record) =>
      hub.on('job.settled', ({ job }) => {
        if (isAnswered(job)) record(labelsOf(job), microseconds(job.admittedAt, job.sentAt));
      }),
  },
  {
    name: 'QueueTime',
    type: 'gauge',
    unit: 'Milliseconds',
    ...HOST_LEVEL,
    doc: 'Time the latest answered request waited in its queue, whole milliseconds.',
    observe: ({ hub }, record) =>
      hub.on('job.settled', ({ job }) => {
        if (isAnswered(job)) record(HOST, Math.floor(microseconds(job.admittedAt, job.sentAt) / 1000));
      }),
  },
];

/** TorchServe measures predictions (and explanations) that a worker answered; errors and descriptions are left out. */
function isAnswered(job: Job): boolean {
  return job.outcome?.kind === 'answered' && job.request.verb !== 'describe';
}

function labelsOf({ request }: Job): readonly string[] {
  return [request.model, request.version ?? NO_VERSION];
}

/** To a thousandth, so that what is written has no floating point noise. */
function microseconds(fromMs: number, toMs: number | undefined): number {
  return toMs === undefined ? 0 : Math.round((toMs - fromMs) * 1e6) / 1000;
}
