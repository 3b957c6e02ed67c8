import { describe, expect, it } from 'vitest';
import { scalingPlot } from '../../../../src/bench/report/html/scaling-plot.js';
import { toRows } from '../../../../src/bench/rows.js';
import { toScalability } from '../../../../src/bench/scalability.js';
import { phaseOf, SCALING, scalingRound } from '../../measurement.js';

const run = {
  rounds: [
    [1, 10],
    [1, 12],
    [2, 6],
    [4, 5],
  ].map(([workers = 1, seconds]) => scalingRound(workers, phaseOf(10), phaseOf(seconds ?? 1))),
  interrupted: false,
};

describe('the plot of throughput over workers', () => {
  it('shows what was measured with its ranges, and both laws beyond it', () => {
    const plot = scalingPlot(toScalability(run, SCALING, 2), toRows(run));
    expect(plot?.series.map(({ name, shape }) => [name, shape])).toEqual([
      ['measured', 'dots'],
      ["Amdahl's law", 'dashed'],
      ['Universal Scalability Law', 'line'],
    ]);
    expect(plot?.series[0]?.points).toHaveLength(3);
    expect(plot?.series[0]?.points[0]).toMatchObject({ x: 1, low: 10 / 12, high: 1 });
    expect(plot?.series[1]?.points.at(-1)?.x).toBe(6);
    expect(plot?.y.to).toBeGreaterThanOrEqual(2);
  });

  it('is not drawn for one worker count', () => {
    const rounds = run.rounds.slice(0, 2);
    expect(scalingPlot(toScalability({ ...run, rounds }, SCALING, 2), [])).toBeUndefined();
  });
});
