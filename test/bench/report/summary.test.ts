import { describe, expect, it } from 'vitest';
import { describeMeasurement, explainColumns } from '../../../src/bench/report/summary.js';
import { LOAD, measurementOf, SCALING } from '../measurement.js';

describe('the lines around a table', () => {
  it('say what was measured, how it was checked, and on what machine', () => {
    expect(describeMeasurement(measurementOf(SCALING, []))).toEqual([
      'Model digits on ts-serve 0.1.0, threads per worker: 1: 10 requests one after another, then 4 at a time.',
      'Every answer was checked; asked were a.png, b.png, c.png and 1 more.',
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

  it('explain only the columns there are', () => {
    expect(explainColumns(measurementOf(SCALING, []))).toContain('speed-up');
    expect(explainColumns(measurementOf(LOAD, []))).not.toContain('speed-up');
  });
});
