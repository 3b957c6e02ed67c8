import { describe, expect, it } from 'vitest';
import { findExtraFiles, splitList } from '../../src/archive/extra-files.js';
import { codeOf, scratch } from './scratch.js';

const FILES = { 'a.json': '', 'b.json': '', 'odd[1].txt': '', 'dir/c.txt': '', 'dir/sub/d.txt': '' };

async function namesOf(items: readonly string[], warnings: string[] = []): Promise<string[]> {
  const files = await findExtraFiles(items, scratch(FILES), (warning) => warnings.push(warning));
  return files.map((file) => file.name).sort();
}

describe('--extra-files', () => {
  it.each([
    [['a,b'], ['a', 'b']],
    [
      ['a, b', 'c'],
      ['a', 'b', 'c'],
    ],
    [
      ['a,', 'b,', 'c'],
      ['a', 'b', 'c'],
    ],
    [[' a ,, b,'], ['a', 'b']],
    [[], []],
  ])('takes the lists of the tutorials: %j', (texts, items) => {
    expect(splitList(texts)).toEqual(items);
  });

  it('takes files by their base name and the contents of folders', async () => {
    expect(await namesOf(['a.json', 'dir'])).toEqual(['a.json', 'c.txt', 'sub/d.txt']);
    expect(await namesOf(['dir/'])).toEqual(['c.txt', 'sub/d.txt']);
    expect(await namesOf(['dir/c.txt'])).toEqual(['c.txt']);
  });

  it('takes wildcards, of folders too, but a file that has such a name first', async () => {
    expect(await namesOf(['*.json'])).toEqual(['a.json', 'b.json']);
    expect(await namesOf(['d*'])).toEqual(['c.txt', 'sub/d.txt']);
    expect(await namesOf(['odd[1].txt'])).toEqual(['odd[1].txt']);
  });

  it('fails for a file that is not there, and warns of a wildcard without a match', async () => {
    expect(await codeOf(namesOf(['gone.txt']))).toBe('INPUT_MISSING');
    const warnings: string[] = [];
    expect(await namesOf(['*.none'], warnings)).toEqual([]);
    expect(warnings).toEqual(['No file matches the wildcard *.none (--extra-files).']);
  });
});
