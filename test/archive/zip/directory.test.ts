import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDirectory, readDirectory, type ZipEntry } from '../../../src/archive/zip/directory.js';
import { scratch } from '../scratch.js';
import { forgeZip } from './forge.js';

async function directoryOf(bytes: Buffer): Promise<ZipEntry[]> {
  const path = join(scratch(), 'a.zip');
  writeFileSync(path, bytes);
  const file = await open(path);
  try {
    return await readDirectory(file, await findDirectory(file, bytes.length));
  } finally {
    await file.close();
  }
}

const sound = forgeZip([{ name: 'a', content: 'aaa' }]);

describe('the directory of a zip file', () => {
  it('is found behind a comment, also one that looks like an end', async () => {
    const comment = `PK\x05\x06${'x'.repeat(200)}`;
    expect(await directoryOf(forgeZip([{ name: 'a', content: 'aaa' }], { comment }))).toMatchObject([
      { name: 'a', sizeBytes: 3, packedBytes: 3, offset: 0 },
    ]);
  });

  it('is that of the outer archive when a stored zip lies inside', async () => {
    const outer = forgeZip([{ name: 'inner.zip', content: sound }]);
    expect((await directoryOf(outer)).map((entry) => entry.name)).toEqual(['inner.zip']);
  });

  it('is empty in an empty archive', async () => {
    expect(await directoryOf(forgeZip([]))).toEqual([]);
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'the file is empty'],
    ['a text', Buffer.from('this is not a zip file at all'), 'it is not a zip file'],
    ['an archive that is cut off', sound.subarray(0, sound.length - 10), 'it is cut off'],
    [
      'a gzip file',
      Buffer.from('1f8b0800000000000003'.padEnd(80, '0'), 'hex'),
      'it is a .tar.gz under another name',
    ],
    ['bytes behind the end', Buffer.concat([sound, Buffer.from('more')]), 'it is cut off'],
    [
      'bytes in front',
      forgeZip([{ name: 'a' }], { front: Buffer.from('MZ'), directoryOffset: 31 }),
      'is not where',
    ],
    [
      'more entries than there are',
      forgeZip([{ name: 'a' }], { entryCount: 9 }),
      'too short for the entries',
    ],
    [
      'fewer entries than there are',
      forgeZip([{ name: 'a' }, { name: 'b' }], { entryCount: 1 }),
      'holds more than',
    ],
    ['a name that is not UTF-8', rename(sound), 'is not UTF-8'],
    ['a damaged row', damageRow(sound), 'row 1 of its directory is damaged'],
    ['zip64 marks without zip64 records', zip64Marks(sound), 'zip64 records are missing'],
  ])('tells of %s', async (_, bytes, message) => {
    await expect(directoryOf(bytes)).rejects.toThrow(message);
  });
});

function rename(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  bytes[bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 46] = 0xff;
  return bytes;
}

function damageRow(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  bytes[bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1')] = 0;
  return bytes;
}

function zip64Marks(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  bytes.writeUInt32LE(0xffffffff, bytes.length - 6);
  return bytes;
}
