import { describe, expect, it } from 'vitest';
import { toColumns } from '../../../src/bench/report/columns.js';
import { LOAD, loadRound, measurementOf, phaseOf, SCALING, scalingRound } from '../measurement.js';

describe('the columns of the scaling table', () => {
  it('are those of the worker-scaling tutorials', () => {
    const rounds = [scalingRound(1, phaseOf(2), phaseOf(1.6)), scalingRound(2, phaseOf(2), phaseOf(0.8))];
    expect(toColumns(measurementOf(SCALING, rounds))).toEqual({
      head: [
        'workers',
        'sequential s',
        'parallel s',
        'speed-up',
        'against first',
        'p50 ms',
        'p99 ms',
        'errors',
      ],
      lines: [
        ['1', '2.000', '1.600', '1.25x', '1.00x', '5.00', '5.00', '0'],
        ['2', '2.000', '0.800', '2.50x', '2.00x', '5.00', '5.00', '0'],
      ],
    });
  });

  it('show how far repeats lie apart', () => {
    const rounds = [1, 3, 2].map((seconds) => scalingRound(1, phaseOf(4), phaseOf(seconds)));
    expect(toColumns(measurementOf(SCALING, rounds)).lines[0]?.[2]).toBe('2.000 (1.000–3.000)');
  });

  it('hold no figure in a line with a failed request', () => {
    const bad = phaseOf(1, { failed: 3, fault: 'x' });
    const { head, lines } = toColumns(measurementOf(SCALING, [scalingRound(1, phaseOf(2), bad)]));
    expect(lines).toEqual([['1', '–', '–', '–', '–', '–', '–', '3 of 20']]);
    expect(lines[0]).toHaveLength(head.length);
  });
});

describe('the columns of the load table', () => {
  it('hold throughput instead of seconds', () => {
    const { head, lines } = toColumns(measurementOf(LOAD, [loadRound(undefined, phaseOf(2))]));
    expect(head).toEqual([
      'workers',
      'requests',
      'requests/s',
      'against first',
      'p50 ms',
      'p99 ms',
      'errors',
    ]);
    expect(lines).toEqual([['as found', '10', '5.0', '1.00x', '5.00', '5.00', '0']]);
  });

  it('hold no figure in a line with a failed request', () => {
    const bad = phaseOf(1, { failed: 1, fault: 'x' });
    const { head, lines } = toColumns(measurementOf(LOAD, [loadRound(1, bad)]));
    expect(lines[0]).toHaveLength(head.length);
    expect(lines[0]?.slice(1, -1)).toEqual(['–', '–', '–', '–', '–']);
  });
});
