import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDirectory, readDirectory, type ZipEntry } from '../../../src/archive/zip/directory.js';
import { entryProblem, layoutProblem, readEntry } from '../../../src/archive/zip/read.js';
import { scratch } from '../scratch.js';
import { type ForgedEntry, forgeZip } from './forge.js';

async function withEntries<Result>(
  forged: readonly ForgedEntry[],
  act: (entries: ZipEntry[], readText: (entry: ZipEntry) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const path = join(scratch(), 'a.zip');
  const bytes = forgeZip(forged);
  writeFileSync(path, bytes);
  const file = await open(path);
  try {
    const entries = await readDirectory(file, await findDirectory(file, bytes.length));
    return await act(entries, async (entry) => {
      const pieces: Buffer[] = [];
      for await (const piece of readEntry(file, entry)) pieces.push(Buffer.from(piece));
      return Buffer.concat(pieces).toString();
    });
  } finally {
    await file.close();
  }
}

function firstText(forged: ForgedEntry): Promise<string> {
  return withEntries([forged], async ([entry], readText) => (entry ? readText(entry) : 'nothing'));
}

const large = 'many words '.repeat(200_000);

describe('an entry of a zip file', () => {
  it('is read whether stored or deflated, small or large', async () => {
    expect(await firstText({ name: 'a', content: 'stored' })).toBe('stored');
    expect(await firstText({ name: 'a', content: 'deflated', deflate: true })).toBe('deflated');
    expect(await firstText({ name: 'a', content: large, deflate: true })).toBe(large);
    expect(await firstText({ name: 'a', content: '' })).toBe('');
  });

  it('never gives more than its row claims', async () => {
    const claim = { name: 'a', content: large, deflate: true };
    await expect(firstText({ ...claim, sizeBytes: 10 })).rejects.toThrow('unpacks to more than the 10 bytes');
    await expect(firstText({ ...claim, sizeBytes: 2_000_000 })).rejects.toThrow('unpacks to more than');
  });

  it('is damaged when it does not inflate', async () => {
    const packed = Buffer.from('this is not deflated');
    await expect(firstText({ name: 'a', method: 8, packed, sizeBytes: 99 })).rejects.toThrow('is damaged');
    await expect(firstText({ name: 'a', method: 8, packed, sizeBytes: 9_999_999 })).rejects.toThrow(
      'damaged',
    );
  });

  it('must have a header that agrees with the directory', async () => {
    await expect(firstText({ name: 'a', content: 'x', localName: 'b' })).rejects.toThrow('contradicts');
  });

  it.each([
    [{ unixMode: 0o120777 }, 'is a symbolic link'],
    [{ unixMode: 0o020644 }, 'is a device'],
    [{ unixMode: 0o010644 }, 'is a pipe'],
    [{ flags: 1 }, 'is encrypted'],
    [{ method: 12 }, 'bzip2'],
    [{ method: 14 }, 'lzma'],
    [{ method: 77 }, 'method 77'],
  ])('is refused with %j', async (forged, reason) => {
    await withEntries([{ name: 'a', ...forged }], async ([entry]) => {
      expect(entry && entryProblem(entry)).toContain(reason);
    });
  });

  it('is accepted from tools that keep no mode', async () => {
    await withEntries([{ name: 'a', unixMode: 0 }], async ([entry]) => {
      expect(entry && entryProblem(entry)).toBeUndefined();
    });
  });
});

describe('the entries of a zip file', () => {
  it('must not share bytes, which would make a bomb of any size', async () => {
    const shared = [
      { name: 'a', content: 'x'.repeat(100) },
      { name: 'b', content: 'x'.repeat(100), offset: 5 },
    ];
    await withEntries(shared, async (entries) => {
      expect(layoutProblem(entries, 1000)).toContain('overlaps');
    });
  });

  it('must lie in front of the directory and have one size when stored', async () => {
    await withEntries([{ name: 'a', content: 'abc' }], async (entries) => {
      expect(layoutProblem(entries, 34)).toBeUndefined();
      expect(layoutProblem(entries, 33)).toContain('reaches beyond');
    });
    await withEntries([{ name: 'a', content: 'abc', sizeBytes: 4 }], async (entries) => {
      expect(layoutProblem(entries, 1000)).toContain('two sizes differ');
    });
  });
});
