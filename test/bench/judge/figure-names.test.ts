import { describe, expect, it } from 'vitest';
import { FIGURES, UNITS } from '../../../src/bench/judge/figure-names.js';
import { toRows } from '../../../src/bench/rows.js';
import { phaseOf, scalingRound } from '../measurement.js';

describe('the figures of assertions', () => {
  it('have units, the first of which is their own', () => {
    for (const { kind } of Object.values(FIGURES)) expect(Object.values(UNITS[kind])[0] ?? 1).toBe(1);
  });

  it('are those of the row', () => {
    const [row] = toRows({ rounds: [scalingRound(1, phaseOf(4), phaseOf(2))], interrupted: false });
    if (!row) throw new Error('no row');
    const picked = Object.entries(FIGURES).map(([name, { pick }]) => [name, pick(row)]);
    expect(Object.fromEntries(picked)).toMatchObject({
      ...{ mean: 5, p50: 5, p90: 5, p99: 5, 'p99.9': 5, max: 5 },
      ...{ throughput: 5, speedup: 2, gain: 1, errors: 0, unsent: 0, queue: undefined, rss: undefined },
    });
  });
});
