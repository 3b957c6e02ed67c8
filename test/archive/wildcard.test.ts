import { describe, expect, it } from 'vitest';
import { expandWildcard, hasWildcard } from '../../src/archive/wildcard.js';
import { scratch } from './scratch.js';

const FILES = {
  'a.txt': '',
  'b.txt': '',
  'c.json': '',
  '.hidden.txt': '',
  'sub/d.txt': '',
  'sub/e.txt': '',
  'x+y': '',
};

describe('a wildcard', () => {
  it.each([
    ['*.txt', ['a.txt', 'b.txt']],
    ['[ab].*', ['a.txt', 'b.txt']],
    ['[!a].txt', ['b.txt']],
    ['[a-b].txt', ['a.txt', 'b.txt']],
    ['?.json', ['c.json']],
    ['s*/*.txt', ['sub/d.txt', 'sub/e.txt']],
    ['sub/[e]*', ['sub/e.txt']],
    ['.h*', ['.hidden.txt']],
    ['x+*', ['x+y']],
    ['*.none', []],
  ])('%s stands for what a shell would make of it', async (pattern, found) => {
    expect(hasWildcard(pattern)).toBe(true);
    expect(await expandWildcard(pattern, scratch(FILES))).toEqual(found);
  });

  it('may be absolute', async () => {
    const folder = scratch(FILES);
    expect(await expandWildcard(`${folder}/*.json`, '/')).toEqual([`${folder}/c.json`]);
  });

  it('is no plain name', () => {
    expect(hasWildcard('a-b_c.txt')).toBe(false);
  });
});
