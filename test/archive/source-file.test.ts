import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFile, sourceTree } from '../../src/archive/source-file.js';
import { codeOf, complaintOf, scratch } from './scratch.js';

const NOBODY = 65_534;

describe('a file to be archived', () => {
  it('is found from the folder the command runs in', async () => {
    const folder = scratch({ 'sub/a.txt': 'abc' });
    expect(await sourceFile('sub/a.txt', 'a.txt', '--handler', folder)).toMatchObject({
      name: 'a.txt',
      path: join(folder, 'sub/a.txt'),
      sizeBytes: 3,
    });
  });

  it('must be there, be a plain file and be readable', async () => {
    const folder = scratch({ 'a.txt': '', 'sub/': '' });
    expect(await complaintOf(sourceFile('gone', 'gone', '--handler', folder))).toContain(
      'File does not exist: gone (--handler).',
    );
    expect(await codeOf(sourceFile('a.txt/b', 'b', '--handler', folder))).toBe('INPUT_MISSING');
    expect(await complaintOf(sourceFile('sub', 'sub', '--handler', folder))).toContain('it is a folder');
    expect(await complaintOf(sourceFile('/dev/null', 'null', '--handler', folder))).toContain(
      'not a plain file',
    );
  });

  it('is reported when this user may not read it', async () => {
    const folder = scratch({ 'a.txt': '' });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'a.txt'), 0);
    const complaint = await asNobody(() => complaintOf(sourceFile('a.txt', 'a.txt', '--handler', folder)));
    expect(complaint).toContain('permission denied');
  });
});

/** Root may read everything, so it steps down for the while. */
async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a folder to be archived', () => {
  it('gives all its files, without caches and hidden folders but with hidden files', async () => {
    const folder = scratch({
      'a.txt': '',
      '.hidden': '',
      'sub/b.txt': '',
      '.git/config': '',
      '__pycache__/a.pyc': '',
      'sub/__MACOSX/x': '',
    });
    const names = (await sourceTree(folder, '--extra-files')).map((file) => file.name);
    expect(names.sort()).toEqual(['.hidden', 'a.txt', 'sub/b.txt']);
  });

  it('follows links, but not in a circle and not into nothing', async () => {
    const folder = scratch({ 'real/a.txt': '', 'circle/': '', 'nothing/': '' });
    symlinkSync(join(folder, 'real'), join(folder, 'real-too'));
    symlinkSync(join(folder, 'circle'), join(folder, 'circle/again'));
    symlinkSync(join(folder, 'gone'), join(folder, 'nothing/link'));
    expect((await sourceTree(join(folder, 'real-too'), '-'))[0]?.name).toBe('a.txt');
    expect(await complaintOf(sourceTree(join(folder, 'circle'), '-'))).toContain('links lead in a circle');
    expect(await codeOf(sourceTree(join(folder, 'nothing'), '-'))).toBe('INPUT_MISSING');
  });
});
