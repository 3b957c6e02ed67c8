import { describe, expect, it } from 'vitest';
import { printCsv } from '../../../src/bench/report/csv.js';
import { measurementOf, phaseOf, SCALING, scalingRound } from '../measurement.js';

const good = scalingRound(1, phaseOf(2), phaseOf(1));
const bad = scalingRound(2, phaseOf(2), phaseOf(1, { failed: 1, fault: 'x' }));
const cells = (line = '') => line.split(',');

describe('the table for a spreadsheet', () => {
  it('has a line for each row with as many cells as its head, empty where there is no figure', () => {
    const [head, one, two, end] = printCsv(measurementOf(SCALING, [good, bad])).split('\r\n');
    expect(end).toBe('');
    expect(cells(one)).toHaveLength(cells(head).length);
    expect(cells(two)).toHaveLength(cells(head).length);
    const at = (line: string | undefined, name: string) => cells(line)[cells(head).indexOf(name)];
    expect([at(one, 'workers'), at(one, 'speedup'), at(one, 'p99MsMax')]).toEqual(['1', '2', '5']);
    expect([at(two, 'failed'), at(two, 'speedup'), at(two, 'p99Ms')]).toEqual(['1', '', '']);
  });

  it('quotes what would be taken for another cell', () => {
    const named = { ...good, target: 'a "b",c' };
    expect(printCsv(measurementOf(SCALING, [named]))).toContain(',"a ""b"",c",');
  });
});
