import { describe, expect, it } from 'vitest';
import { printTuning, tuningJson } from '../../../src/bench/tune/report.js';
import { parseSlo } from '../../../src/bench/tune/slo.js';
import type { Tuning } from '../../../src/bench/tune/tune.js';
import { step } from './step.js';

const SLOW = { workers: 1, threads: 1, batchSize: 1, batchDelayMs: 1 };
const FAST = { workers: 2, threads: 1, batchSize: 8, batchDelayMs: 5 };
const BROKEN = { workers: 4, threads: 1, batchSize: 8, batchDelayMs: 5 };
const TUNING: Tuning = {
  facts: {
    date: '2026-01-01T00:00:00.000Z',
    version: '1.2.3',
    commit: 'abc',
    node: 'v20',
    system: 'linux',
    cpu: 'CPU',
    cores: 2,
    memoryBytes: 1,
  },
  demand: {
    model: undefined,
    slos: parseSlo('p99=50ms'),
    ranges: { workers: [1, 2, 4], threads: [1], batchSize: [1, 8], batchDelayMs: [1, 5] },
    runs: undefined,
    output: 'out.yaml',
    force: false,
    questions: { inputs: [], expects: [], contentType: undefined, tolerance: 0 },
    connections: [4],
    durationSec: 2,
    timeoutMs: 1000,
    startTimeoutMs: 1000,
  },
  combinations: 9,
  candidates: [SLOW, FAST, BROKEN],
  attempts: [
    { candidate: SLOW, ...step(100, 0.2) },
    { candidate: FAST, ...step(200, 0.5) },
    { candidate: BROKEN, ...step(0, Number.POSITIVE_INFINITY), fault: 'status 503' },
    { candidate: FAST, ...step(220, 0.6) },
  ],
  search: {
    tried: [
      { index: 0, runs: 1, value: 100, strain: 0.2 },
      { index: 1, runs: 2, value: 210, strain: 0.55 },
      { index: 2, runs: 1, value: 0, strain: Number.POSITIVE_INFINITY },
    ],
    chosen: { index: 1, runs: 2, value: 210, strain: 0.55 },
  },
  recommended: 'batchSize: 8\n',
  unwritten: undefined,
  interrupted: false,
};

describe('the report of a tuning', () => {
  it('shows every run, which was chosen, and why', () => {
    const text = printTuning(TUNING);
    expect(text).toContain('The most requests per second with p99 <= 50 ms: 4 runs of 9 combinations');
    expect(text).toMatch(/2 │ +2 │ +1 │ +8 │ +5 │ +4 │ +200\.0 │ +25\.0 │ +25\.0 │ +yes/);
    expect(text).toMatch(/3 │ +4 │ +1 │ +8 │ +5 │ +– │ +– │ +– │ +– │ +failed/);
    expect(text).toContain(
      'Chosen: 2 workers with 1 thread, batches of 8 within 5 ms: 210.0 requests/s, the mean of 2 runs, ' +
        'p99 of 30.0 ms. 2 of 3 settings kept the limits.\nWritten to out.yaml.\n',
    );
  });

  it('says when a slightly faster one was not chosen', () => {
    const tried = TUNING.search.tried.map((one) => (one.index === 0 ? { ...one, value: 214 } : one));
    expect(printTuning({ ...TUNING, search: { ...TUNING.search, tried } })).toContain('at most 3 % faster');
  });

  it('claims nothing when nothing was chosen', () => {
    const text = printTuning({ ...TUNING, recommended: undefined });
    expect(text).not.toContain('Chosen');
    expect(text).not.toContain('Written');
  });

  it('holds the settings themselves when they could not be written', () => {
    const unwritten = new Error('the disk is full');
    const text = printTuning({ ...TUNING, unwritten });
    expect(text).toMatch(/\nRecommended, as a model-config\.yaml:\n\nbatchSize: 8\n$/);
    expect(text).not.toContain('Written to');
    const report = JSON.parse(tuningJson({ ...TUNING, unwritten }));
    expect(report).toMatchObject({ modelConfig: 'batchSize: 8\n' });
    expect(report.output).toBeUndefined();
  });

  it('is there for programs too', () => {
    const report = JSON.parse(tuningJson(TUNING));
    expect(report).toMatchObject({
      format: 1,
      version: '1.2.3',
      slo: [{ name: 'p99', limitMs: 50 }],
      combinations: 9,
      runs: 4,
      chosen: { workers: 2, batchSize: 8, requestsPerSecond: 210, withinLimits: true, runs: 2 },
      output: 'out.yaml',
      modelConfig: 'batchSize: 8\n',
    });
    expect(report.attempts[2]).toMatchObject({ workers: 4, fault: 'status 503', withinLimits: false });
  });
});
