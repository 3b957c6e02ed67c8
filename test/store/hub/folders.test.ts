import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMissing, isReadOnly, makeFolder, nearestExisting } from '../../../src/store/hub/folders.js';
import { scratch } from '../../archive/scratch.js';
import { readOnlyDisk } from './read-only-disk.js';

describe('making a folder', () => {
  it('makes those above it, and leaves one that is there', async () => {
    const path = join(scratch(), 'a/b/c');
    await makeFolder(path);
    await makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('says that a file is in its way', async () => {
    const folder = scratch({ file: '' });
    await expect(makeFolder(join(folder, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('says that the disk may only be read, where Node says that there is no such folder', async (context) => {
    const folder = scratch();
    const lock = readOnlyDisk(folder);
    context.skip(lock === undefined, 'only root may mount a disk');
    mkdirSync(join(folder, 'there'));
    lock?.();
    const failure = await makeFolder(join(folder, 'there/a/b')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'EROFS', path: join(folder, 'there') });
    expect(isReadOnly(failure)).toBe(true);
  });
});

describe('the nearest existing folder', () => {
  it('is the one itself, or one above', async () => {
    const folder = scratch({ 'a/': '' });
    writeFileSync(join(folder, 'a/file'), '');
    expect(await nearestExisting(join(folder, 'a'))).toBe(join(folder, 'a'));
    expect(await nearestExisting(join(folder, 'a/b/c'))).toBe(join(folder, 'a'));
    expect(await nearestExisting('/none/of/it')).toBe('/');
  });
});

it('is only missing when there is surely nothing of its name', () => {
  const folder = scratch({ file: '' });
  const missing = ['none', 'none/below', 'file', 'file/below', '.'].map((path) =>
    isMissing(join(folder, path)),
  );
  expect(missing).toEqual([true, true, false, false, false]);
});
