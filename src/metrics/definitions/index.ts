import type { MetricDefinition } from '../definition.js';
import { inferenceMetrics } from './inference.js';
import { machineMetrics } from './machine.js';
import { requestMetrics } from './requests.js';
import { workerMetrics } from './workers.js';

/** Every metric of the server's own, in the order they are exposed. */
export const DEFINITIONS: readonly MetricDefinition[] = [
  ...requestMetrics,
  ...inferenceMetrics,
  ...workerMetrics,
  ...machineMetrics,
];
