import { describe, expect, it } from 'vitest';
import { summarize } from '../../../src/bench/sample.js';
import { formatFigures, formatSlo, parseSlo, strainOf } from '../../../src/bench/tune/slo.js';

const LATENCY = summarize(Array.from({ length: 100 }, (_, index) => index + 1));

describe('limits for latencies', () => {
  it('are read with units, several at a time', () => {
    expect(parseSlo('p99=50ms')).toEqual([{ name: 'p99', limitMs: 50 }]);
    expect(parseSlo('p50<=10, p99.9 = 0.2s,max=1s')).toEqual([
      { name: 'p50', limitMs: 10 },
      { name: 'p99.9', limitMs: 200 },
      { name: 'max', limitMs: 1000 },
    ]);
  });

  it.each(['', 'p99', 'p99=', 'p98=5', 'p99=0', 'p99=5m', 'p99=1.2.3', 'p99>50', 'toString=5'])(
    'are not %j',
    (text) => {
      expect(() => parseSlo(text)).toThrowError(expect.objectContaining({ code: 'TUNE_SLO', exitCode: 2 }));
    },
  );

  it('are as strained as the one that is kept worst', () => {
    expect(strainOf(LATENCY, parseSlo('p99=99'))).toBe(1);
    expect(strainOf(LATENCY, parseSlo('p99=990,p50=25'))).toBe(2);
  });

  it('are written for people', () => {
    expect(formatSlo(parseSlo('p50=10,p99=0.05s'))).toBe('p50 <= 10 ms and p99 <= 50 ms');
    expect(formatFigures(LATENCY, parseSlo('p99=5,max=6'))).toBe('p99 of 99.0 ms and max of 100.0 ms');
  });
});
