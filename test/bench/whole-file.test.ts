import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkWritable, writeWhole } from '../../src/bench/whole-file.js';
import { serveError } from '../../src/core/errors.js';
import { scratch } from '../archive/scratch.js';

const refuse = (reason: string) => new Error(reason);

describe('a file that is written at the end', () => {
  it('is refused beforehand where it could not be written', async () => {
    const folder = scratch({ file: '', 'taken/': '' });
    await checkWritable(join(folder, 'new'), refuse);
    await checkWritable(join(folder, 'file'), refuse);
    await expect(checkWritable(join(folder, 'taken'), refuse)).rejects.toThrowError('it is a folder');
    await expect(checkWritable(join(folder, 'no/new'), refuse)).rejects.toThrowError('no such folder');
    await expect(checkWritable(join(folder, 'file/new'), refuse)).rejects.toThrowError('part of the path');
  });

  it('is refused in a folder that may only be read', async (context) => {
    const folder = scratch();
    context.skip(process.getuid?.() === 0, 'root may write everywhere');
    chmodSync(folder, 0o500);
    await expect(checkWritable(join(folder, 'new'), refuse)).rejects.toThrowError('permission denied');
  });

  it('is there as a whole or not at all', async () => {
    const folder = scratch({ there: 'old' });
    await writeWhole(join(folder, 'there'), 'new', refuse);
    expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('new');
    mkdirSync(join(folder, 'taken'));
    await expect(writeWhole(join(folder, 'taken'), 'new', refuse)).rejects.toThrowError('it is a folder');
    expect(readdirSync(folder).sort()).toEqual(['taken', 'there']);
    rmSync(folder, { recursive: true });
    await expect(writeWhole(join(folder, 'there'), 'new', refuse)).rejects.toThrowError('no such file');
  });

  it('may be refused in the last moment', async () => {
    const folder = scratch();
    const path = join(folder, 'there');
    const late = async () => {
      throw serveError('TUNE_OUTPUT_EXISTS', { path });
    };
    await expect(writeWhole(path, 'new', refuse, late)).rejects.toMatchObject({ code: 'TUNE_OUTPUT_EXISTS' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
