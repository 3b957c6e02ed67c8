import { describe, expect, it } from 'vitest';
import { adviseWorkers, type Step } from '../../../src/bench/stats/advice.js';

const steps = (rates: Readonly<Record<number, number>>, gain?: Step['gain']): Step[] =>
  Object.entries(rates).map(([workers, requestsPerSecond]) => ({
    workers: Number(workers),
    requestsPerSecond,
    gain,
  }));

describe('the advice on workers', () => {
  it('names the first step that gains little', () => {
    expect(adviseWorkers(steps({ 1: 100, 2: 190, 4: 196 }), 2)).toBe(
      '4 workers gain 3 % over 2 on this machine: 2 cores; 2 workers are enough.',
    );
  });

  it('says when more workers lose', () => {
    expect(adviseWorkers(steps({ 1: 100, 2: 90 }), 1)).toBe(
      '2 workers lose 10 % over 1 on this machine: 1 core; 1 worker is enough.',
    );
  });

  it('asks for more when even the last step gained', () => {
    expect(adviseWorkers(steps({ 1: 100, 2: 190, 4: 350 }), 8)).toBe(
      '4 workers gain 84 % over 2 on this machine: 8 cores; a larger number of workers is worth a try.',
    );
  });

  it('says when the repeats do not tell', () => {
    expect(adviseWorkers(steps({ 1: 100, 2: 105 }, { low: 0.9, high: 1.3 }), 2)).toContain(
      'scatter too much',
    );
    expect(adviseWorkers(steps({ 1: 100, 2: 105 }, { low: 1.04, high: 1.06 }), 2)).not.toContain('scatter');
  });

  it('says when even a gain may be none', () => {
    expect(adviseWorkers(steps({ 1: 100, 2: 180 }, { low: 0.9, high: 3 }), 2)).toContain(
      'is worth a try, but the repeats scatter too much to be sure.',
    );
  });

  it('is not given for one count', () => {
    expect(adviseWorkers(steps({ 2: 100 }), 2)).toBeUndefined();
  });
});
