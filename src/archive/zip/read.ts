import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { readChunks } from '../chunks.js';
import { readExactly, type ZipEntry, ZipProblem } from './directory.js';
import { DEFLATED, LOCAL_BYTES, LOCAL_SIGNATURE, STORED } from './records.js';

/** Up to here an entry is unpacked in memory, which is much quicker than a stream. */
const SMALL_BYTES = 1024 * 1024;
const ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000;
const METHOD_NAMES: Readonly<Record<number, string>> = {
  9: 'deflate64',
  12: 'bzip2',
  14: 'lzma',
  93: 'zstd',
  95: 'xz',
  98: 'ppmd',
};
const FILE_TYPE_BITS = 0o170000;
/** A map and not an object: the formatter rewrites octal keys of objects to wrong numbers. */
const FILE_TYPES: ReadonlyMap<number, string> = new Map([
  [0o120000, 'a symbolic link'],
  [0o060000, 'a device'],
  [0o020000, 'a device'],
  [0o010000, 'a pipe'],
  [0o140000, 'a socket'],
]);

/** What is wrong with an entry by its row alone: not a plain file or folder, encrypted, packed in a way we cannot read. */
export function entryProblem(entry: ZipEntry): string | undefined {
  const name = JSON.stringify(entry.name);
  const kind = FILE_TYPES.get(entry.unixMode & FILE_TYPE_BITS);
  if (kind) return `${name} is ${kind}`;
  if (entry.flags & ENCRYPTED_FLAGS) return `${name} is encrypted`;
  if (entry.method !== STORED && entry.method !== DEFLATED)
    return `${name} is packed with ${METHOD_NAMES[entry.method] ?? `method ${entry.method}`}; only store and deflate can be read`;
  return undefined;
}

/** A row of the directory that contradicts itself or another one: bytes that two entries share make a bomb of any size. */
export function layoutProblem(entries: readonly ZipEntry[], directoryOffset: number): string | undefined {
  let free = 0;
  for (const entry of [...entries].sort((one, other) => one.offset - other.offset)) {
    const name = JSON.stringify(entry.name);
    if (entry.name.endsWith('/') && entry.sizeBytes > 0) return `${name} is a folder and yet has bytes`;
    if (entry.offset < free) return `${name} overlaps the entry before it`;
    free = entry.offset + LOCAL_BYTES + entry.nameBytes.length + entry.packedBytes;
    if (free > directoryOffset) return `${name} reaches beyond the files' part of the archive`;
    if (entry.method === STORED && entry.packedBytes !== entry.sizeBytes)
      return `${name} is stored, yet its two sizes differ`;
  }
  return undefined;
}

/**
 * The unpacked bytes of one entry, at most as many as its row says. The checksum is for the caller to compare.
 * Throws a ZipProblem; a piece need not outlive the request for the next one.
 */
export async function* readEntry(file: FileHandle, entry: ZipEntry): AsyncGenerator<Buffer> {
  const start = await dataStart(file, entry);
  if (entry.packedBytes === 0) return;
  if (entry.method === STORED) yield* readChunks(file, start, entry.packedBytes);
  else if (entry.sizeBytes <= SMALL_BYTES && entry.packedBytes <= SMALL_BYTES)
    yield inflateSmall(await readExactly(file, start, entry.packedBytes), entry);
  else yield* inflateLarge(file, start, entry);
}

/** Skips the local header, which must be of the same entry: its name and extra field may have any length. */
async function dataStart(file: FileHandle, entry: ZipEntry): Promise<number> {
  const header = await readExactly(file, entry.offset, LOCAL_BYTES + entry.nameBytes.length);
  const same =
    header.readUInt32LE(0) === LOCAL_SIGNATURE &&
    header.readUInt16LE(8) === entry.method &&
    header.readUInt16LE(26) === entry.nameBytes.length &&
    header.subarray(LOCAL_BYTES).equals(entry.nameBytes);
  if (!same)
    throw new ZipProblem(`the header of ${JSON.stringify(entry.name)} contradicts the archive's directory`);
  return entry.offset + header.length + header.readUInt16LE(28);
}

function inflateSmall(packed: Buffer, entry: ZipEntry): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.sizeBytes) });
  } catch (error) {
    throw damaged(entry, error);
  }
}

async function* inflateLarge(file: FileHandle, start: number, entry: ZipEntry): AsyncGenerator<Buffer> {
  const packed = Readable.from(copies(readChunks(file, start, entry.packedBytes)));
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  packed.once('error', (error) => inflate.destroy(error));
  let unpackedBytes = 0;
  try {
    for await (const piece of packed.pipe(inflate) as AsyncIterable<Buffer>) {
      unpackedBytes += piece.length;
      if (unpackedBytes > entry.sizeBytes) throw new ZipProblem(tooLong(entry));
      yield piece;
    }
  } catch (error) {
    throw error instanceof ZipProblem ? error : damaged(entry, error);
  } finally {
    packed.destroy();
    inflate.destroy();
  }
}

/** A stream reads ahead, so a piece must outlive the request for the next one. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

function damaged(entry: ZipEntry, error: unknown): ZipProblem {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_BUFFER_TOO_LARGE') return new ZipProblem(tooLong(entry));
  return new ZipProblem(`${JSON.stringify(entry.name)} is damaged (${message})`);
}

function tooLong(entry: ZipEntry): string {
  return `${JSON.stringify(entry.name)} unpacks to more than the ${entry.sizeBytes} bytes it claims`;
}
