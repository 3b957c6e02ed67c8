import { describe, expect, it } from 'vitest';
import type { WorkerFacts } from '../../src/core/events.js';
import { silentLog } from '../../src/core/log.js';
import { readMetric, writeReport } from '../../src/workers/reports.js';

const WORKER: WorkerFacts = {
  id: '9000',
  model: 'm',
  version: '1.0',
  state: 'ready',
  pid: 1,
  startedAt: 0,
  loadMs: 1,
};

const metric = {
  name: 'Score',
  value: 0.5,
  unit: 'unit',
  type: 'gauge',
  dimensions: { Level: 'Model' },
  requestIds: ['a'],
} as const;

describe('a metric of a worker', () => {
  it('is taken as it is', () => {
    expect(readMetric(metric)).toEqual(metric);
  });

  it.each([
    null,
    {},
    { ...metric, name: 7 },
    { ...metric, value: '0.5' },
    { ...metric, value: Number.NaN },
    { ...metric, unit: undefined },
    { ...metric, type: 'toString' },
    { ...metric, dimensions: { Level: 1 } },
    { ...metric, dimensions: null },
    { ...metric, requestIds: 'a' },
  ])('is dropped if it is none: %j', (header) => {
    expect(readMetric(header as never)).toBeUndefined();
  });
});

describe('a log line of a worker', () => {
  it('goes to the log at its level, under the name of the worker', () => {
    const lines: unknown[] = [];
    const log = { ...silentLog, warn: (message: string, thread?: string) => lines.push([message, thread]) };
    writeReport(log, { level: 'warn', message: 'hot' }, WORKER);
    expect(lines).toEqual([['hot', 'W-9000-m_1.0']]);
  });

  it.each([null, {}, { level: 'constructor', message: 'x' }, { level: 'warn', message: 7 }])(
    'is dropped if it is none: %j',
    (header) => {
      expect(() => writeReport(silentLog, header as never, WORKER)).not.toThrow();
    },
  );
});
