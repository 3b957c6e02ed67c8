import { describe, expect, it } from 'vitest';
import { printTable } from '../../../src/bench/report/table.js';
import { measurementOf, phaseOf, SCALING, scalingRound } from '../measurement.js';

describe('the table for a terminal', () => {
  it('has a line for each worker count and no colour codes', () => {
    const rounds = [scalingRound(1, phaseOf(2), phaseOf(1.6)), scalingRound(2, phaseOf(2), phaseOf(0.8))];
    const text = printTable(measurementOf(SCALING, rounds));
    expect(text).toMatch(/│ +workers │ +sequential s │ +parallel s │ +speed-up │/);
    expect(text).toMatch(/│ +2 │ +2\.000 │ +0\.800 │ +2\.50x │/);
    expect(text).not.toContain('\u001B');
    expect(text.endsWith('\n')).toBe(true);
  });

  it('fits a narrow terminal: ranges below their medians, then a line for each figure', () => {
    const rounds = [1, 2, 4].flatMap((workers) => [
      scalingRound(workers, phaseOf(2), phaseOf(1.6 / workers)),
      scalingRound(workers, phaseOf(2.5), phaseOf(1.7 / workers)),
    ]);
    const lines = (width: number) =>
      printTable(measurementOf(SCALING, rounds), undefined, width)
        .split('\n')
        .filter((line) => /^[│├┌└]/.test(line));
    expect(lines(200)[1]).toMatch(/│ +workers │ +sequential s │/);
    expect(lines(100)[1]).toMatch(/│ +workers │ +sequential │/);
    expect(lines(100)).toContainEqual(expect.stringMatching(/│ +2 │ +2\.250 │/));
    for (const width of [100, 70])
      expect(Math.max(...lines(width).map((line) => line.length))).toBeLessThan(width + 1);
    expect(lines(70)[1]).toMatch(/│ +workers │ +1 │ +2 │ +4 │/);
    expect(lines(70)).toContainEqual(expect.stringMatching(/│ +sequential s │ +2\.250/));
    expect(lines(10)).toEqual(lines(60));
  });
});
