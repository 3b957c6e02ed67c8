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
});
