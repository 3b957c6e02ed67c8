import { describe, expect, it } from 'vitest';
import { printJson } from '../../../src/bench/report/json.js';
import { measurementOf, phaseOf, SCALING, scalingRound } from '../measurement.js';

describe('the report for programs', () => {
  it('names machine, commit, target and plan beside rows and rounds', () => {
    const report = JSON.parse(printJson(measurementOf(SCALING, [scalingRound(1, phaseOf(2), phaseOf(1))])));
    expect(report).toMatchObject({
      format: 2,
      commit: 'abc1234',
      cores: 2,
      targets: [{ label: 'digits', kind: 'own', model: 'digits', threadsPerWorker: 1 }],
      plan: { mode: 'scaling', requests: 10, parallel: 4, workers: [1, 2] },
      interrupted: false,
      rows: [{ workers: 1, failed: 0, figures: { speedup: 2, p99Ms: { median: 5 } } }],
      rounds: [{ workers: 1, scaleSeconds: 0.5, sequential: { seconds: 2 }, parallel: { seconds: 1 } }],
    });
    expect(report.targets[0]).not.toHaveProperty('url');
  });

  it('holds no figure of a phase with failed requests', () => {
    const bad = phaseOf(1, { failed: 2, fault: 'status 503', errors: { 'status 503': 2 } });
    const report = JSON.parse(printJson(measurementOf(SCALING, [scalingRound(1, phaseOf(2), bad)])));
    expect(report.rows[0]).not.toHaveProperty('figures');
    expect(report.rounds[0].parallel).toEqual({
      asked: 10,
      failed: 2,
      fault: 'status 503',
      errors: { 'status 503': 2 },
      unsent: 0,
      reconnects: 0,
    });
  });
});
