import { describe, expect, it } from 'vitest';
import { describeScalability } from '../../../src/bench/report/describe-scalability.js';
import { toScalability } from '../../../src/bench/scalability.js';
import { phaseOf, SCALING, scalingRound } from '../measurement.js';

/** The line on the laws of a target that needs so many seconds for ten requests with each number of workers. */
function lawsOf(seconds: Readonly<Record<number, number>>, named = false): string {
  const rounds = Object.entries(seconds).map(([workers, each]) =>
    scalingRound(Number(workers), phaseOf(10), phaseOf(each)),
  );
  const [found] = toScalability({ rounds, interrupted: false }, SCALING, 2);
  return found ? (describeScalability(found, named)[0] ?? '') : '';
}

describe('the words on laws', () => {
  it('call one with as many parameters as points a sketch, without a measure of its error', () => {
    expect(lawsOf({ 1: 10, 2: 7 })).toBe(
      "Amdahl's law: 40 % of the work is serial (a sketch: 2 points, 2 parameters). " +
        'A law with as many parameters as points can tell nothing of its own error. ' +
        'By this sketch never more than 2.5 times one worker.',
    );
  });

  it('tell the error of one that has a point more, and that it is a sketch still', () => {
    const line = lawsOf({ 1: 10, 2: 5.5, 4: 6 });
    expect(line).toMatch(/is serial \(R² \d\.\d\d; a sketch: 3 points, 2 parameters\)\./);
    expect(line).toMatch(/coherency [\d.]+ % \(a sketch: 3 points, 3 parameters\)\./);
  });

  it('trust one that has more points', () => {
    const line = lawsOf({ 1: 10, 2: 5.3, 4: 3.25, 8: 3, 16: 4 }, true);
    expect(line).toMatch(
      /^digits: Amdahl's law: .* \(R² -?\d\.\d\d\)\. Universal .* \(R² \d\.\d\d\)\. The knee is at /,
    );
    expect(line).toMatch(/ Never more than \d\.\d times one worker\.$/);
    expect(line).not.toContain('sketch');
  });

  it('do not tell a knee beyond what was measured as if it had been seen', () => {
    expect(lawsOf({ 1: 10, 2: 5.3, 4: 3.25 })).toContain(
      'The knee would be at about 7 workers; measured were up to 4.',
    );
    const far = lawsOf({ 1: 10, 2: 5.02, 4: 2.545 });
    expect(far).toContain('No knee up to 4 workers, and none near.');
    expect(far).not.toContain('times one worker');
  });
});
