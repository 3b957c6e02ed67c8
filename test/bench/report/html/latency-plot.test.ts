import { describe, expect, it } from 'vitest';
import { latencyPlot } from '../../../../src/bench/report/html/latency-plot.js';
import { toRows } from '../../../../src/bench/rows.js';
import { phaseOf, scalingRound } from '../../measurement.js';

const rowsOf = (failed: number) =>
  toRows({ rounds: [scalingRound(1, phaseOf(1), phaseOf(1, { failed }))], interrupted: false });

describe('the plot of latencies', () => {
  it('shows shares of the answers that come to all of them', () => {
    const plot = latencyPlot(rowsOf(0), ({ workers }) => `${workers} workers`);
    expect(plot?.series).toMatchObject([{ name: '1 workers', shape: 'steps' }]);
    expect(plot?.series[0]?.points.reduce((sum, { y }) => sum + y, 0)).toBe(100);
    expect(plot?.x.from).toBeLessThanOrEqual(5);
  });

  it('shows nothing of failed requests', () => {
    expect(latencyPlot(rowsOf(1), () => '')).toBeUndefined();
  });
});
