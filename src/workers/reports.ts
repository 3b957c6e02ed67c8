import type { WorkerFacts, WorkerMetric } from '../core/events.js';
import type { Log, LogLevel } from '../core/log.js';
import type { LogHeader, MetricHeader } from '../wire/frames.js';

const METRIC_TYPES: readonly unknown[] = ['counter', 'gauge', 'histogram'];
const LEVELS: readonly unknown[] = ['debug', 'info', 'warn', 'error'] satisfies LogLevel[];

/** A METRIC frame as a metric, or undefined if it is not one: workers run code of users, observers must not throw. */
export function readMetric(header: Partial<MetricHeader> | null): WorkerMetric | undefined {
  const { name, value, unit, type, dimensions, requestIds } = header ?? {};
  if (typeof name !== 'string' || typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  if (typeof unit !== 'string' || !METRIC_TYPES.includes(type) || type === undefined) return undefined;
  if (!isTextRecord(dimensions) || !isTextList(requestIds)) return undefined;
  return { name, value, unit, type, dimensions, requestIds };
}

/** Writes a LOG frame to the server's log; one that is malformed is not worth a word. */
export function writeReport(log: Log, header: Partial<LogHeader> | null, worker: WorkerFacts): void {
  const { level, message } = header ?? {};
  // As TorchServe names its threads.
  const thread = `W-${worker.id}-${worker.model}_${worker.version}`;
  if (level !== undefined && LEVELS.includes(level) && typeof message === 'string')
    log[level](message, thread);
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && isTextList(Object.values(value));
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
