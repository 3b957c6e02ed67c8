import { describe, expect, it } from 'vitest';
import {
  describeMeasurement,
  explainColumns,
  explainMeasurement,
} from '../../../src/bench/report/summary.js';
import { LOAD, loadRound, measurementOf, phaseOf, SCALING, STAGE, scalingRound } from '../measurement.js';

describe('the lines around a table', () => {
  it('say what was measured, how it was checked, and on what machine', () => {
    expect(describeMeasurement(measurementOf(SCALING, []))).toEqual([
      'Model digits on ts-serve 0.1.0 with 1 thread per worker: 10 requests one after another, then 4 at a time.',
      'Every answer was checked. Inputs: a.png, b.png, c.png and 1 more.',
      '2 cores, A CPU, Node v20.0.0, commit abc1234.',
    ]);
  });

  it('name the address of a server that ran already, and the repeats', () => {
    const measurement = measurementOf({ ...LOAD, repeats: 3 }, []);
    const target = {
      label: 'm',
      kind: 'url',
      model: 'm',
      inference: 'http://host:8080',
      difference: undefined,
    } as const;
    const choice = {
      kind: 'url',
      url: 'http://host:8080',
      managementUrl: undefined,
      modelName: 'm',
    } as const;
    const [line] = describeMeasurement({
      ...measurement,
      targets: [target],
      demand: { ...measurement.demand, targets: [choice] },
    });
    expect(line).toBe(
      'Model m on http://host:8080: 64 connections for 10 s, medians of 3 repeats (smallest–largest).',
    );
  });

  it('count the repeats that were measured until an interruption', () => {
    const [one, two] = [1, 2].map((workers) => scalingRound(workers, phaseOf(10), phaseOf(5)));
    const rounds = [one, two, { ...one, repeat: 1 }].filter((round) => round !== undefined);
    const [line] = describeMeasurement(measurementOf({ ...SCALING, repeats: 9 }, rounds as never));
    expect(line).toContain(', medians of 1 to 2 of 9 repeats (smallest–largest).');
  });

  it('explain only the columns there are', () => {
    expect(explainColumns(measurementOf(SCALING, []))).toContain('speed-up');
    expect(explainColumns(measurementOf(LOAD, []))).not.toContain('speed-up');
  });

  it('tell what the rows come to: laws, knee, advice, ceiling and errors', () => {
    const rounds = [
      [1, 10],
      [2, 5.5],
      [4, 6],
    ].map(([workers = 1, seconds]) => scalingRound(workers, phaseOf(10), phaseOf(seconds ?? 1)));
    const errors = { 'status 503': 2, timeout: 1 };
    const bad = scalingRound(8, phaseOf(1), phaseOf(1, { failed: 3, errors }));
    const lines = explainMeasurement({ ...measurementOf(SCALING, [...rounds, bad]), ceiling: 1234.5 });
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(
        /^Amdahl's law: .*Universal Scalability Law: .*The knee is at \d\.\d workers\. By this sketch never more/,
      ),
      '4 workers lose 8 % over 2 on this machine: 2 cores; 2 workers are enough.',
      expect.stringContaining('The generator alone sends 1235 requests/s'),
      'Errors: 2 x status 503, 1 x timeout.',
    ]);
  });

  it('tell of work that is all serial when more workers do less', () => {
    const rounds = [
      [1, 5],
      [2, 6],
    ].map(([workers = 1, seconds]) => scalingRound(workers, phaseOf(10), phaseOf(seconds ?? 1)));
    expect(explainMeasurement(measurementOf(SCALING, rounds))[1]).toMatch(
      /^Amdahl's law: 100 % of the work is serial \(a sketch.*By this sketch never more than 1\.0 times one worker\.$/,
    );
  });

  it('tell how many requests were sent again', () => {
    const lines = (reconnects: number) =>
      explainMeasurement(
        measurementOf(SCALING, [scalingRound(1, phaseOf(1), phaseOf(1, { reconnects }))]),
      ).slice(1);
    expect(lines(0)).toEqual([]);
    expect(lines(1)).toEqual([expect.stringMatching(/^1 request was sent again on a new connection: /)]);
    expect(lines(2)).toEqual([expect.stringMatching(/^2 requests were sent again /)]);
  });

  it('say from when latencies count at a constant rate', () => {
    const stages = [{ ...STAGE, ratePerSecond: 10 }];
    expect(explainMeasurement(measurementOf({ ...LOAD, stages }, []))).toEqual([
      'Latencies count from the time a request was due.',
    ]);
    const late = measurementOf({ ...LOAD, stages }, [loadRound(1, phaseOf(1, { unsent: 3 }))]);
    expect(explainMeasurement(late)[0]).toContain('"unsent" never found a free connection.');
  });

  it('name what is compared by its label, since models may have the same name', () => {
    const measurement = measurementOf(SCALING, []);
    const [target] = measurement.targets;
    const [choice] = measurement.demand.targets;
    if (!target || !choice) throw new Error('no target');
    const targets = [
      { ...target, label: 'a.mar' },
      { ...target, label: 'a.onnx' },
    ];
    const demand = { ...measurement.demand, targets: [choice, choice] };
    expect(describeMeasurement({ ...measurement, demand, targets })[0]).toMatch(
      /^Models a\.mar on ts-serve 0\.1\.0 with 1 thread per worker; a\.onnx on .* per worker: 10 requests/,
    );
  });
});
