import { describe, expect, it } from 'vitest';
import { createCheck, type Expectation, findFault } from '../../src/bench/check.js';

const SEVEN: Expectation = { kind: 'label', label: '7' };
const whole = (text: string, tolerance = 1e-4): Expectation => ({ kind: 'answer', text, tolerance });

describe('an answer with labels', () => {
  it('is right when the most probable label is the truth, wherever it stands', () => {
    expect(findFault(SEVEN, 200, '{"1": 0.2, "7": 0.7, "9": 0.1}')).toBeUndefined();
  });

  it('is wrong when another label is more probable, and both are named', () => {
    expect(findFault(SEVEN, 200, '{"1": 0.6, "7": 0.4}')).toBe('the answer is "1", the truth "7"');
  });

  it.each(['', 'seven', '7', 'null', '{}'])('is wrong when it is %j', (text) => {
    expect(findFault(SEVEN, 200, text)).toBeDefined();
  });
});

describe('an answer that is compared as a whole', () => {
  it('may be the same bytes, JSON or not', () => {
    expect(findFault(whole('hello'), 200, 'hello')).toBeUndefined();
    expect(findFault(whole('[1,2]'), 200, '[1,2]')).toBeUndefined();
  });

  it('may be the same JSON in another spelling and another order of keys', () => {
    expect(findFault(whole('{"a": 1, "b": [true, null]}'), 200, '{"b":[true,null],"a":1.0}')).toBeUndefined();
  });

  it('may have numbers within the tolerance, and no further', () => {
    expect(findFault(whole('[0.5]'), 200, '[0.50005]')).toBeUndefined();
    expect(findFault(whole('[0.5]'), 200, '[0.5002]')).toContain('expected [0.5]');
    expect(findFault(whole('[20000]'), 200, '[20001]')).toBeUndefined();
    expect(findFault(whole('[0.5]', 0), 200, '[0.50001]')).toBeDefined();
  });

  it.each([
    ['[1,2]', '[1]'],
    ['[1]', '[1,2]'],
    ['{"a":1}', '{"b":1}'],
    ['[1]', '{"0":1}'],
    ['"1"', '1'],
    ['null', '{}'],
    ['[1]', 'not JSON'],
    ['text', 'other text'],
  ])('is not %s when it is %s', (expected, answer) => {
    expect(findFault(whole(expected), 200, answer)).toBeDefined();
  });
});

describe('an answer with a failing status', () => {
  it('is wrong whatever it says', () => {
    expect(findFault(whole('x'), 503, 'x')).toBe('status 503: x');
    expect(findFault(SEVEN, 500, '')).toBe('status 500: empty');
  });

  it('is quoted briefly and on one line', () => {
    const fault = findFault(SEVEN, 500, `a\n${'b'.repeat(1000)}`) ?? '';
    expect(fault.length).toBeLessThan(200);
    expect(fault).not.toContain('\n');
  });
});

describe('a check that is used again and again', () => {
  it('says the same of an answer every time', () => {
    const check = createCheck(SEVEN);
    for (let turn = 0; turn < 3; turn += 1) {
      expect(check(200, '{"7": 0.9}')).toBeUndefined();
      expect(check(503, '{"7": 0.9}')).toBeDefined();
      expect(check(200, '{"8": 0.9}')).toBeDefined();
    }
  });
});
