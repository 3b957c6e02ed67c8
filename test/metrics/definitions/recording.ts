import { EventHub } from '../../../src/core/events.js';
import type { InferenceRequest } from '../../../src/core/inference.js';
import { Job } from '../../../src/core/job.js';
import type { MetricDefinition } from '../../../src/metrics/definition.js';
import type { SystemSample } from '../../../src/metrics/system.js';

/** What definitions record while `act` uses their sources: `[name, labels, value]`. */
export function recorded(
  definitions: readonly MetricDefinition[],
  act: (hub: EventHub, sample: (sample: SystemSample) => void) => void,
): unknown[][] {
  const hub = new EventHub();
  const observers = new Set<(sample: SystemSample) => void>();
  const records: unknown[][] = [];
  const sources = {
    hub,
    onSample(observer: (sample: SystemSample) => void) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
  };
  const stops = definitions.map((definition) =>
    definition.observe(sources, (labels, value) => records.push([definition.name, labels, value])),
  );
  const sample = (one: SystemSample): void => {
    for (const observer of observers) observer(one);
  };
  act(hub, sample);
  for (const stop of stops) stop();
  const count = records.length;
  act(hub, sample);
  if (records.length > count) throw new Error('a definition goes on after it was stopped');
  return records;
}

/** A job admitted at 1000 ms, sent at 1002.5 and answered at 1010. */
export function answeredJob(request: Partial<InferenceRequest> = {}): Job {
  const job = new Job(
    { id: 'id', model: 'noop', verb: 'predict', headers: {}, parts: [], ...request },
    { admittedAt: 1000 },
  );
  job.sentAt = 1002.5;
  job.settle({ kind: 'answered', head: { status: 200, reason: '', headers: {} }, body: [Buffer.of()] }, 1010);
  return job;
}
