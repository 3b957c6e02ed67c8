import { describe, expect, it } from 'vitest';
import { wholeMatch } from '../../src/config/regex.js';

describe('a configured regular expression', () => {
  it('must match the whole text', () => {
    expect(wholeMatch('AWS_.*').test('AWS_SECRET')).toBe(true);
    expect(wholeMatch('AWS_').test('AWS_SECRET')).toBe(false);
    expect(wholeMatch('a|b').test('ab')).toBe(false);
  });

  it('minds letter case unless told otherwise', () => {
    expect(wholeMatch('secret').test('SECRET')).toBe(false);
    expect(wholeMatch('(?i)secret').test('SECRET')).toBe(true);
    expect(wholeMatch('https://.*', { ignoreCase: true }).test('HTTPS://A')).toBe(true);
  });

  it('is refused when it cannot be compiled', () => {
    expect(() => wholeMatch('(')).toThrow(SyntaxError);
  });
});
