import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { visitMar } from '../../../src/archive/formats/mar.js';
import { DEFAULT_LIMITS } from '../../../src/archive/limits.js';
import { complaintOf, scratch } from '../scratch.js';
import { type ForgedEnd, type ForgedEntry, forgeZip } from '../zip/forge.js';

async function visit(
  entries: readonly ForgedEntry[],
  { limits = {}, end = {} }: { limits?: Partial<typeof DEFAULT_LIMITS>; end?: ForgedEnd } = {},
): Promise<string[]> {
  const path = join(scratch(), 'm.mar');
  writeFileSync(path, forgeZip(entries, end));
  const seen: string[] = [];
  await visitMar(path, { ...DEFAULT_LIMITS, ...limits }, async ({ name, kind }, bytes) => {
    for await (const _ of bytes);
    seen.push(`${kind} ${name}`);
  });
  return seen;
}

describe('a .mar', () => {
  it('shows its files and folders in order', async () => {
    expect(await visit([{ name: 'sub/' }, { name: 'sub/a', content: 'x' }, { name: 'b' }])).toEqual([
      'folder sub',
      'file sub/a',
      'file b',
    ]);
  });

  it.each<[string, readonly ForgedEntry[], string]>([
    ['a wrong checksum of a stored file', [{ name: 'a', content: 'x', crc: 1 }], 'checksum of "a" is wrong'],
    [
      'a wrong checksum of a deflated file',
      [{ name: 'a', content: 'x', crc: 1, deflate: true }],
      'checksum of "a"',
    ],
    [
      'a file shorter than claimed',
      [{ name: 'a', content: 'xx', deflate: true, sizeBytes: 9 }],
      'has 2 bytes and should have 9',
    ],
    ['a name outside', [{ name: '../evil' }], '"../evil" leaves the archive'],
    ['an absolute name', [{ name: '/etc/evil' }], 'is absolute'],
    ['a backslash', [{ name: '..\\evil' }], 'backslash'],
    ['a symbolic link', [{ name: 'a', content: '/etc', unixMode: 0o120777 }], 'is a symbolic link'],
    ['a device', [{ name: 'a', unixMode: 0o060644 }], 'is a device'],
    ['a name there twice', [{ name: 'a' }, { name: 'a' }], 'is there twice'],
    ['names that differ in case', [{ name: 'a' }, { name: 'A' }], 'differ only in letter case'],
    ['an encrypted file', [{ name: 'a', flags: 1 }], 'is encrypted'],
    ['bzip2', [{ name: 'a', method: 12 }], 'bzip2'],
    [
      'overlapping files',
      [
        { name: 'a', content: 'x' },
        { name: 'b', offset: 0 },
      ],
      'overlaps',
    ],
    ['a folder with bytes', [{ name: 'a/', content: 'x' }], 'is a folder and yet has bytes'],
  ])('is refused for %s', async (_, entries, reason) => {
    expect(await complaintOf(visit(entries))).toContain(reason);
  });

  it('is refused as a bomb by its ratio, its size and its count before anything is unpacked', async () => {
    const zeros = { name: 'zeros', content: Buffer.alloc(5_000_000), deflate: true };
    expect(await complaintOf(visit([zeros]))).toMatch(
      /"zeros" unpacks to 10\d\d times its size.*max_archive_ratio/,
    );
    expect(await complaintOf(visit([{ name: 'a', content: 'xx' }], { limits: { maxBytes: 1 } }))).toContain(
      'max_archive_bytes',
    );
    const two = [{ name: 'a' }, { name: 'b' }];
    expect(await complaintOf(visit(two, { limits: { maxEntries: 1 } }))).toContain('max_archive_entries');
  });

  it('stops when it is told to', async () => {
    const path = join(scratch(), 'm.mar');
    writeFileSync(path, forgeZip([{ name: 'a' }]));
    const nothing = async () => undefined;
    await expect(visitMar(path, DEFAULT_LIMITS, nothing, AbortSignal.abort())).rejects.toThrow(/abort/);
  });
});
