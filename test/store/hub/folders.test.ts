import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMissing, isReadOnly, makeFolder, nearestExisting } from '../../../src/store/hub/folders.js';
import { scratch } from '../../archive/scratch.js';
import { readOnlyDisk } from './read-only-disk.js';

function thrownBy(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('making a folder', () => {
  it('makes those above it, and leaves one that is there', () => {
    const path = join(scratch(), 'a/b/c');
    makeFolder(path);
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('says that a file is in its way', () => {
    const folder = scratch({ file: '' });
    expect(() => makeFolder(join(folder, 'file/below'))).toThrow(
      expect.objectContaining({ code: 'ENOTDIR' }),
    );
  });

  it('says that the disk may only be read, where Node says that there is no such folder', (context) => {
    const folder = scratch();
    const lock = readOnlyDisk(folder);
    context.skip(lock === undefined, 'only root may mount a disk');
    mkdirSync(join(folder, 'there'));
    lock?.();
    const failure = thrownBy(() => makeFolder(join(folder, 'there/a/b')));
    expect(failure).toMatchObject({ code: 'EROFS', path: join(folder, 'there') });
    expect(isReadOnly(failure)).toBe(true);
  });
});

describe('the nearest existing folder', () => {
  it('is the one itself, or one above', () => {
    const folder = scratch({ 'a/': '' });
    writeFileSync(join(folder, 'a/file'), '');
    expect(nearestExisting(join(folder, 'a'))).toBe(join(folder, 'a'));
    expect(nearestExisting(join(folder, 'a/b/c'))).toBe(join(folder, 'a'));
    expect(nearestExisting('/none/of/it')).toBe('/');
  });
});

it('is only missing when there is surely nothing of its name', () => {
  const folder = scratch({ file: '' });
  const missing = ['none', 'none/below', 'file', 'file/below', '.'].map((path) =>
    isMissing(join(folder, path)),
  );
  expect(missing).toEqual([true, true, false, false, false]);
});
