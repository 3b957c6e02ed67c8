import { describe, expect, it } from 'vitest';
import {
  type Difference,
  describeDifference,
  differenceOf,
  worstOf,
} from '../../../src/bench/compare/difference.js';

const between = (a: string, b: string) => differenceOf(Buffer.from(a), Buffer.from(b));

describe('the difference of two answers', () => {
  it('is none when their bytes are the same, JSON or not', () => {
    expect(differenceOf(Buffer.from([1, 255]), Buffer.from([1, 255]))).toEqual({ kind: 'same' });
  });

  it('is told for bytes that are no text, where texts would look alike', () => {
    expect(differenceOf(Buffer.from([254]), Buffer.from([255]))).toEqual({ kind: 'differs' });
  });

  it('is the largest distance of two numbers at the same place', () => {
    const found = between('{"a": [1, 2], "b": 100}', '{"b": 101, "a": [1.5, 2]}');
    expect(found).toEqual({ kind: 'numbers', maxAbsolute: 1, maxRelative: 0.5 / 1.5 });
  });

  it('has no numbers when only spelling and order differ', () => {
    expect(between('[1, 0]', '[1.0,0]')).toEqual({ kind: 'numbers', maxAbsolute: 0, maxRelative: 0 });
  });

  it.each([
    ['[1]', '[1,2]'],
    ['{"a":1}', '{"b":1}'],
    ['"x"', '"y"'],
    ['[1]', '["1"]'],
    ['{"0":1}', '[1]'],
    ['text', 'other'],
  ])('of %s and %s cannot be measured', (a, b) => {
    expect(between(a, b)).toEqual({ kind: 'differs' });
  });
});

describe('the differences of several answers', () => {
  const numbers = (maxAbsolute: number, maxRelative: number): Difference => ({
    kind: 'numbers',
    maxAbsolute,
    maxRelative,
  });

  it('come to the worst', () => {
    expect(worstOf([])).toEqual({ kind: 'same' });
    expect(worstOf([{ kind: 'same' }, numbers(1, 0.1), numbers(0.5, 0.3)])).toEqual(numbers(1, 0.3));
    expect(worstOf([{ kind: 'differs' }, numbers(1, 0.1)])).toEqual({ kind: 'differs' });
  });

  it('are told in a few words', () => {
    expect(describeDifference({ kind: 'same' })).toBe('same bytes');
    expect(describeDifference({ kind: 'differs' })).toBe('differs');
    expect(describeDifference(numbers(0, 0))).toBe('same values');
    expect(describeDifference(numbers(0.00123, 0.0456))).toBe('1.2e-3 (4.6 %)');
  });
});
