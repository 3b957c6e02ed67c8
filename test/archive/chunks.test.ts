import { writeFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OutputFile, readChunks } from '../../src/archive/chunks.js';
import { noise, scratch } from './scratch.js';

async function readAll(path: string, start: number, length: number): Promise<Buffer> {
  const file = await open(path);
  const pieces: Buffer[] = [];
  try {
    for await (const chunk of readChunks(file, start, length)) pieces.push(Buffer.from(chunk));
  } finally {
    await file.close();
  }
  return Buffer.concat(pieces);
}

describe('reading a part of a file', () => {
  it('gives exactly its bytes, over many pieces', async () => {
    const content = noise(3 * 1024 * 1024 + 17);
    const path = join(scratch({ f: content }), 'f');
    expect((await readAll(path, 0, content.length)).equals(content)).toBe(true);
    expect((await readAll(path, 5, 2_000_000)).equals(content.subarray(5, 2_000_005))).toBe(true);
    expect(await readAll(path, 0, 0)).toHaveLength(0);
  });

  it('ends where the file ends', async () => {
    const path = join(scratch({ f: 'abc' }), 'f');
    expect((await readAll(path, 1, 100)).toString()).toBe('bc');
  });

  it('reports a file that cannot be read', async () => {
    await expect(readAll(scratch(), 0, 10)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('an output file', () => {
  it('grows at its end and takes back what stands before', async () => {
    const path = join(scratch(), 'out');
    writeFileSync(path, '');
    const file = await open(path, 'r+');
    const output = new OutputFile(file);
    await output.append(Buffer.from('head'));
    await output.append(Buffer.from('body'));
    await output.overwrite(Buffer.from('H'), 0);
    await file.close();
    expect(output.sizeBytes).toBe(8);
    expect(await readFile(path, 'utf8')).toBe('Headbody');
  });
});
