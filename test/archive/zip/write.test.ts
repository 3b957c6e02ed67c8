import { execFileSync, spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OutputFile } from '../../../src/archive/chunks.js';
import { visitMar } from '../../../src/archive/formats/mar.js';
import { DEFAULT_LIMITS } from '../../../src/archive/limits.js';
import type { PackedFile } from '../../../src/archive/packed-file.js';
import { writeZip } from '../../../src/archive/zip/write.js';
import { noise, scratch } from '../scratch.js';

function packed(name: string, content: Buffer, deflate: boolean): PackedFile {
  const chunks = async function* () {
    for (let at = 0; at < content.length; at += 300_000) yield content.subarray(at, at + 300_000);
  };
  return { name, sizeBytes: content.length, deflate, chunks };
}

async function write(files: readonly PackedFile[]): Promise<string> {
  const path = join(scratch(), 'a.mar');
  const file = await open(path, 'wx');
  await writeZip(files, new OutputFile(file));
  await file.close();
  return path;
}

const contents = {
  'empty.txt': Buffer.alloc(0),
  'small.txt': Buffer.from('hello hello hello hello'),
  'ü/noise.pt': noise(3_000_000),
  'large.txt': Buffer.from('all the same words '.repeat(200_000)),
};

describe('a zip file', () => {
  it('is read back byte for byte, each entry kept as it was asked for', async () => {
    const path = await write(
      Object.entries(contents).map(([name, content]) => packed(name, content, !name.endsWith('.pt'))),
    );
    const seen: Record<string, string> = {};
    await visitMar(path, DEFAULT_LIMITS, async (entry, bytes) => {
      const pieces: Buffer[] = [];
      for await (const piece of bytes) pieces.push(Buffer.from(piece));
      const content = contents[entry.name as keyof typeof contents];
      expect(Buffer.concat(pieces).equals(content)).toBe(true);
      seen[entry.name] = entry.packing;
    });
    expect(seen).toEqual({
      'empty.txt': 'stored',
      'small.txt': 'deflated',
      'ü/noise.pt': 'stored',
      'large.txt': 'deflated',
    });
  });

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)('is sound to Python’s zipfile', async () => {
    const path = await write(
      Object.entries(contents).map(([name, content]) => packed(name, content, !name.endsWith('.pt'))),
    );
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(len(z.namelist()))';
    expect(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' }).trim()).toBe('4');
  });

  it('hands on what goes wrong while a file is read', async () => {
    const broken = (deflate: boolean): PackedFile => ({
      ...packed('x', noise(2_000_000), deflate),
      chunks: async function* () {
        yield Buffer.from('x');
        throw new Error('no more');
      },
    });
    await expect(write([broken(true)])).rejects.toThrow('no more');
    await expect(write([broken(false)])).rejects.toThrow('no more');
  });
});
