import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { visitTgz } from '../../../src/archive/formats/tgz.js';
import { DEFAULT_LIMITS } from '../../../src/archive/limits.js';
import { complaintOf, noise, scratch } from '../scratch.js';
import { type ForgedTarEntry, forgeTar, forgeTgz } from '../tar/forge.js';

async function visit(bytes: Buffer, limits: Partial<typeof DEFAULT_LIMITS> = {}): Promise<string[]> {
  const path = join(scratch(), 'm.tar.gz');
  writeFileSync(path, bytes);
  const seen: string[] = [];
  await visitTgz(path, { ...DEFAULT_LIMITS, ...limits }, async ({ name, kind }, pieces) => {
    for await (const _ of pieces);
    seen.push(`${kind} ${name}`);
  });
  return seen;
}

describe('a .tar.gz', () => {
  it('loses the first part of every name', async () => {
    const entries: ForgedTarEntry[] = [
      { path: 'm/', type: 'Directory' },
      { path: 'm/sub/', type: 'Directory' },
      { path: 'm/sub/a', content: 'x' },
      { path: 'other/b' },
      { path: './c' },
      { path: 'root' },
    ];
    expect(await visit(forgeTgz(entries))).toEqual([
      'folder sub',
      'file sub/a',
      'file b',
      'file c',
      'file root',
    ]);
  });

  it.each<[string, readonly ForgedTarEntry[], string]>([
    ['a name outside', [{ path: 'm/../../evil' }], 'leaves the archive'],
    ['a name outside in the part that is taken away', [{ path: '../evil' }], 'leaves the archive'],
    ['an absolute name', [{ path: '/etc/evil' }], 'is absolute'],
    ['a backslash', [{ path: 'm/a\\b' }], 'backslash'],
    ['a symbolic link', [{ path: 'm/a', type: 'SymbolicLink', linkpath: '/etc' }], 'is a symbolic link'],
    ['a hard link', [{ path: 'm/a', type: 'Link', linkpath: 'm/b' }], 'is a hard link'],
    ['a device', [{ path: 'm/a', type: 'CharacterDevice' }], 'is a device'],
    ['a pipe', [{ path: 'm/a', type: 'FIFO' }], 'is a pipe'],
    ['a name there twice', [{ path: 'm/a' }, { path: 'n/a' }], 'is there twice'],
    ['names that differ in case', [{ path: 'm/a' }, { path: 'm/A' }], 'differ only in letter case'],
    ['files without a folder around them', [{ path: 'MAR-INF/MANIFEST.json' }], 'not in a folder'],
  ])('is refused for %s', async (_, entries, reason) => {
    expect(await complaintOf(visit(forgeTgz(entries)))).toContain(reason);
  });

  it('is verified to its very last byte', async () => {
    const sound = forgeTgz([{ path: 'm/a', content: noise(5000) }]);
    const wrongSum = Buffer.from(sound);
    wrongSum[sound.length - 6] = (wrongSum[sound.length - 6] ?? 0) ^ 1;
    expect(await complaintOf(visit(wrongSum))).toContain('is damaged (incorrect data check)');
    expect(await complaintOf(visit(sound.subarray(0, sound.length - 20)))).toContain('it is cut off');
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'the file is empty'],
    ['a text', Buffer.from('hello'), 'it is not a .tar.gz file'],
    ['a zip', Buffer.from('PK\x03\x04', 'latin1'), 'call it .mar'],
    ['gzip of something else', gzipSync(noise(2000)), 'a header is damaged'],
  ])('is not %s', async (_, bytes, reason) => {
    expect(await complaintOf(visit(bytes))).toContain(reason);
  });

  it('is refused as a bomb by its ratio, its size and its count while it unpacks', async () => {
    const zeros = gzipSync(Buffer.concat([forgeTar([{ path: 'm/a' }]), Buffer.alloc(30_000_000)]));
    expect(await complaintOf(visit(zeros))).toContain('max_archive_ratio');
    expect(await complaintOf(visit(zeros, { maxBytes: 1_000_000 }))).toContain('max_archive_bytes');
    const two = forgeTgz([{ path: 'm/a' }, { path: 'm/b' }]);
    expect(await complaintOf(visit(two, { maxEntries: 1 }))).toContain('max_archive_entries');
  });
});
