import { describe, expect, it } from 'vitest';
import { parseAddress, parseNumbers, parseRamp, parseTolerance, parseWorkers } from '../../src/bench/plan.js';

describe('--workers', () => {
  it.each([
    ['1', [1]],
    ['2', [1, 2]],
    ['4', [1, 2, 4]],
    ['6', [1, 2, 4, 6]],
    ['3,1', [3, 1]],
    ['1, 2, 4', [1, 2, 4]],
    ['2,2,1', [2, 1]],
  ])('%s means %j', (text, counts) => {
    expect(parseWorkers(text)).toEqual(counts);
  });

  it.each(['0', '-1', '1.5', 'two', '', '1,', '1;2', '257', '1e2'])(
    'refuses "%s" and says what is meant',
    (text) => {
      expect(() => parseWorkers(text)).toThrowError(
        expect.objectContaining({ code: 'BENCH_WORKERS', exitCode: 2 }),
      );
    },
  );
});

describe('the address of a server', () => {
  it('is an http address', () => {
    expect(parseAddress('--url', 'http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  });

  it.each(['127.0.0.1:8080', 'https://127.0.0.1:8443', 'ftp://host', 'http://host/?x=1', ''])(
    'is not "%s"',
    (text) => {
      expect(() => parseAddress('--url', text)).toThrowError(expect.objectContaining({ code: 'BENCH_URL' }));
    },
  );
});

describe('--tolerance', () => {
  it('is a number', () => {
    expect(parseTolerance('1e-3')).toBe(0.001);
    expect(parseTolerance('0')).toBe(0);
  });

  it.each(['', '-1', 'much', 'NaN'])('is not "%s"', (text) => {
    expect(() => parseTolerance(text)).toThrowError(expect.objectContaining({ code: 'BENCH_TOLERANCE' }));
  });
});

describe('--rate and --connections', () => {
  it('are a number or a list', () => {
    expect(parseNumbers('--rate', '100', 1000)).toEqual([100]);
    expect(parseNumbers('--rate', '100, 200,1000', 1000)).toEqual([100, 200, 1000]);
  });

  it.each(['', '0', '1001', '10,', 'fast', '1.5'])('are not "%s"', (text) => {
    expect(() => parseNumbers('--rate', text, 1000)).toThrowError(
      expect.objectContaining({ code: 'BENCH_NUMBERS', exitCode: 2 }),
    );
  });
});

describe('--ramp', () => {
  it.each([
    ['100:500', [100, 200, 300, 400, 500]],
    ['10:20:3', [10, 15, 20]],
    ['20:10:2', [20, 10]],
  ])('%s means %j', (text, rates) => {
    expect(parseRamp(text)).toEqual(rates);
  });

  it.each(['100', '100:', '0:10', '1:2:1', '1:2:101', '1:2000000', 'a:b'])('is not "%s"', (text) => {
    expect(() => parseRamp(text)).toThrowError(expect.objectContaining({ code: 'BENCH_RAMP', exitCode: 2 }));
  });
});
