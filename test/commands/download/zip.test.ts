import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkZipPath, zipSnapshot } from '../../../src/commands/download/zip.js';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import { codeOf, filesBelow, scratch } from '../../archive/scratch.js';

describe('the zip file of a snapshot', () => {
  it('is refused beforehand where it cannot be', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'taken.zip'));
    expect(await codeOf(checkZipPath(join(folder, 'taken.zip')))).toBe('ARCHIVE_WRITE');
    expect(await codeOf(checkZipPath(join(folder, 'none', 'x.zip')))).toBe('ARCHIVE_WRITE');
    await checkZipPath(join(folder, 'x.zip'));
  });

  it('leaves nothing behind when a file of the snapshot is gone', async () => {
    const folder = scratch({ 'a.txt': 'x' });
    const files = ['a.txt', 'gone.txt'].map((path) => ({ path }) as HubFile);
    const snapshot = { folder, commit: '', files, receivedBytes: 0 };
    const zipped = zipSnapshot(snapshot, join(folder, 'x.zip'), { quiet: true, json: false });
    expect(await codeOf(zipped)).toBe('INPUT_MISSING');
    expect(filesBelow(folder)).toEqual(['a.txt']);
  });
});
