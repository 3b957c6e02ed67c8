import { describe, expect, it } from 'vitest';
import { EntryNames, nameProblem } from '../../src/archive/entry-names.js';

describe('the name of an entry', () => {
  it.each(['a', 'a/b.txt', 'folder/', '.hidden', 'é/ü', 'a..b', 'a b'])('may be %j', (name) => {
    expect(nameProblem(name)).toBeUndefined();
  });

  it.each([
    ['../evil', 'leaves the archive'],
    ['a/../../evil', 'leaves the archive'],
    ['/etc/passwd', 'is absolute'],
    ['C:/windows', 'is absolute'],
    ['a\\b', 'backslash'],
    ['a\0b', 'zero byte'],
    ['', 'no name'],
    ['a//b', 'plain form'],
    ['./a', 'plain form'],
    ['x'.repeat(300), 'too long'],
  ])('must not be %j', (name, reason) => {
    expect(nameProblem(name)).toContain(reason);
  });
});

describe('the names of one archive', () => {
  it('may repeat folders but not files', () => {
    const names = new EntryNames();
    expect(names.add('a/', 'folder')).toBeUndefined();
    expect(names.add('a/b', 'file')).toBeUndefined();
    expect(names.add('a/', 'folder')).toBeUndefined();
    expect(names.add('a/b', 'file')).toContain('twice');
  });

  it('must differ in more than letter case or the spelling of an accent', () => {
    const names = new EntryNames();
    names.add('Readme', 'file');
    names.add('Folder/x', 'file');
    names.add('caf\u00e9', 'file');
    expect(names.add('README', 'file')).toContain('differ only in letter case');
    expect(names.add('folder/y', 'file')).toContain('differ only in letter case');
    expect(names.add('cafe\u0301', 'file')).toContain('differ only in letter case');
  });

  it('must not make a file a folder', () => {
    const names = new EntryNames();
    names.add('a', 'file');
    expect(names.add('a/b', 'file')).toContain('both a file and a folder');
  });
});
