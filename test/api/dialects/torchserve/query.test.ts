import { describe, expect, it } from 'vitest';
import {
  isOn,
  queryParameters,
  readQuery,
  wholeNumber,
} from '../../../../src/api/dialects/torchserve/query.js';

describe('a query', () => {
  it('is decoded in order', () => {
    expect([...readQuery('a=1&a=2&b=x+y%21&c')]).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', 'x y!'],
      ['c', ''],
    ]);
    expect([...readQuery('')]).toEqual([]);
  });

  it('keeps what is not percent-encoding', () => {
    expect(queryParameters('url=100%&name=%zz').get('url')).toBe('100%');
  });

  it('counts the first of repeats', () => {
    expect(queryParameters('a=1&a=2').get('a')).toBe('1');
  });
});

describe('a whole number', () => {
  it.each([
    ['12', 12],
    ['-1', -1],
    ['+3', 3],
    ['many', undefined],
    ['1.5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s', (text, value) => {
    expect(wholeNumber(text)).toBe(value);
  });
});

describe('a switch', () => {
  it.each([
    ['true', true],
    ['TRUE', true],
    ['false', false],
    ['yes', false],
    ['', false],
    [undefined, true],
  ])('%s is %s where the default is on', (text, value) => {
    expect(isOn(text, true)).toBe(value);
  });
});
