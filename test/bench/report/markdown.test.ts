import { describe, expect, it } from 'vitest';
import { printMarkdown } from '../../../src/bench/report/markdown.js';
import { measurementOf, phaseOf, SCALING, scalingRound } from '../measurement.js';

describe('the table for a document', () => {
  it('is a Markdown table with as many cells in every line', () => {
    const text = printMarkdown(measurementOf(SCALING, [scalingRound(1, phaseOf(2), phaseOf(1))]));
    const table = text.split('\n').filter((line) => line.startsWith('|'));
    expect(table).toHaveLength(3);
    expect(table[1]).toMatch(/^(\| ---: )+\|$/);
    expect(new Set(table.map((line) => line.split('|').length)).size).toBe(1);
    expect(table[2]).toBe('| 1 | 2.000 | 1.000 | 2.00x | 1.00x | 5.00 | 5.00 | 0 |');
  });
});
