import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/bench/judge/judge.js';
import { parseAssertions } from '../../../src/bench/judge/parse-assertions.js';
import { toRows } from '../../../src/bench/rows.js';
import { phaseOf, scalingRound } from '../measurement.js';

const FAILED = phaseOf(1, { failed: 2, fault: 'x' });
const rowsOf = (...rounds: ReturnType<typeof scalingRound>[]) => toRows({ rounds, interrupted: false });
/** One worker takes 4 s in parallel, two take 2 s; every answer takes 5 ms. */
const ROWS = rowsOf(scalingRound(1, phaseOf(4), phaseOf(4)), scalingRound(2, phaseOf(4), phaseOf(2)));
const verdictsOn = (text: string, rows = ROWS) => judge(parseAssertions(text), rows, undefined);

describe('the judgement of assertions', () => {
  it('holds them against every row, or against those they choose', () => {
    expect(verdictsOn('p99<=5ms').map(({ holds }) => holds)).toEqual([true, true]);
    expect(verdictsOn('speedup>=1.7').map(({ holds }) => holds)).toEqual([false, true]);
    expect(verdictsOn('speedup@2>=1.7,gain@2==2').map(({ holds }) => holds)).toEqual([true, true]);
    expect(verdictsOn('speedup@2@digits>=1.7')).toMatchObject([{ holds: true, measured: 2 }]);
  });

  it('says what was measured instead', () => {
    expect(verdictsOn('p99@1<4ms')[0]?.failure).toBe('p99@1<4ms: it is 5 ms with 1 worker of digits');
    expect(verdictsOn('speedup@1>2')[0]?.failure).toBe('speedup@1>2: it is 1x with 1 worker of digits');
  });

  it.each([
    ['p99<5', false],
    ['p99<=5', true],
    ['p99>5', false],
    ['p99>=5', true],
    ['p99==5', true],
  ])('takes %s of 5 ms for %s', (text, holds) => {
    expect(verdictsOn(text).every((verdict) => verdict.holds)).toBe(holds);
  });

  it('fails what chooses nothing', () => {
    expect(verdictsOn('p99@8<1s')).toMatchObject([{ holds: false, row: undefined }]);
    expect(verdictsOn('p99@other<1s')[0]?.failure).toContain('nothing like that was measured');
  });

  it('fails every figure of failed requests but their count', () => {
    const rows = rowsOf(scalingRound(1, phaseOf(1), FAILED));
    expect(verdictsOn('p99<1s', rows)).toMatchObject([{ holds: false, measured: undefined }]);
    expect(verdictsOn('errors<=2', rows)).toMatchObject([{ holds: true, measured: 2 }]);
    expect(verdictsOn('queue<1s')[0]?.failure).toContain('has no such figure');
  });

  it('takes factors of a baseline', () => {
    const baseline = { path: 'x', cpu: '', cores: 1, rows: rowsOf(scalingRound(2, phaseOf(4), phaseOf(4))) };
    const against = (text: string) => judge(parseAssertions(text), ROWS, baseline);
    expect(against('throughput@2>=2*baseline')).toMatchObject([{ holds: true }]);
    expect(against('throughput@2>2.1*baseline')).toMatchObject([
      {
        holds: false,
        failure: expect.stringMatching(/: it is 5\/s with 2 workers of digits, and the limit 5\.25\/s$/),
      },
    ]);
    expect(against('throughput@1>0*baseline')[0]?.failure).toContain('the baseline has no such figure');
    expect(verdictsOn('p99<2*baseline')[0]?.holds).toBe(false);
  });
});
