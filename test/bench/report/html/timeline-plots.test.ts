import { describe, expect, it } from 'vitest';
import { timelinePlots } from '../../../../src/bench/report/html/timeline-plots.js';
import { toRows } from '../../../../src/bench/rows.js';
import { loadRound, phaseOf } from '../../measurement.js';

const slice = { fromSec: 0, seconds: 2, answered: 10, failed: 0, p50Ms: 4, p99Ms: 8 };
const run = (failed: number) => ({
  rounds: [0, 1].map(() => loadRound(1, phaseOf(2, { timeline: [slice], failed }))),
  interrupted: false,
});

describe('the plots over time', () => {
  it('show throughput and p99 of the repeats one behind the other', () => {
    const plots = timelinePlots(toRows(run(0)), run(0), () => 'row');
    expect(plots.map(({ series }) => series[0]?.points)).toEqual([
      [
        { x: 1, y: 5 },
        { x: 3, y: 5 },
      ],
      [
        { x: 1, y: 8 },
        { x: 3, y: 8 },
      ],
    ]);
  });

  it('show nothing of failed requests', () => {
    expect(timelinePlots(toRows(run(1)), run(1), () => '')).toEqual([]);
  });
});
