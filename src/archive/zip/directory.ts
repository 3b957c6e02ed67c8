import type { FileHandle } from 'node:fs/promises';
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  END_BYTES,
  END_SIGNATURE,
  END64_BYTES,
  END64_SIGNATURE,
  LOCATOR_BYTES,
  LOCATOR_SIGNATURE,
  MAX_16,
  MAX_32,
  ZIP64_EXTRA,
} from './records.js';

/** One row of a zip file's directory, as it stands there; nothing of it is to be trusted yet. */
export interface ZipEntry {
  readonly name: string;
  readonly nameBytes: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly sizeBytes: number;
  readonly packedBytes: number;
  /** Where the local header begins. */
  readonly offset: number;
  /** Unix mode with the file type, 0 if the tool that made the archive keeps none. */
  readonly unixMode: number;
}

/** Where the directory lies and how many entries it claims. */
export interface DirectoryPlace {
  readonly entryCount: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Thrown by these readers; the caller knows the archive's path and makes it an ARCHIVE_BROKEN. */
export class ZipProblem extends Error {}

const MAX_COMMENT_BYTES = MAX_16;
/** 100,000 entries take some 10 MB. */
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;

/** Finds the directory through the record at the end of the file, which an archive comment may follow. */
export async function findDirectory(file: FileHandle, fileBytes: number): Promise<DirectoryPlace> {
  if (fileBytes < END_BYTES) throw new ZipProblem(notZip(fileBytes));
  const tailBytes = Math.min(fileBytes, END_BYTES + MAX_COMMENT_BYTES + LOCATOR_BYTES);
  const tail = await readExactly(file, fileBytes - tailBytes, tailBytes);
  const at = findEnd(tail);
  if (at === undefined) throw new ZipProblem(await withoutEnd(file, fileBytes));
  const endOffset = fileBytes - tailBytes + at;
  const small = { ...readEnd(tail, at), endOffset };
  const place = isZip64(small) ? await findZip64(file, tail, at) : small;
  if (place.offset + place.sizeBytes !== place.endOffset)
    throw new ZipProblem('its directory is not where the record at its end says');
  if (place.sizeBytes > MAX_DIRECTORY_BYTES) throw new ZipProblem('its directory is too large');
  if (place.entryCount * CENTRAL_BYTES > place.sizeBytes)
    throw new ZipProblem('its directory is too short for the entries it claims');
  return place;
}

/** Reads every row of the directory. */
export async function readDirectory(file: FileHandle, place: DirectoryPlace): Promise<ZipEntry[]> {
  const bytes = await readExactly(file, place.offset, place.sizeBytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < place.entryCount; index++) {
    if (at + CENTRAL_BYTES > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE)
      throw new ZipProblem(`row ${index + 1} of its directory is damaged`);
    const next = at + CENTRAL_BYTES + lengthOf(bytes, at);
    if (next > bytes.length) throw new ZipProblem(`row ${index + 1} of its directory is damaged`);
    entries.push(readRow(bytes.subarray(at, next)));
    at = next;
  }
  if (at !== bytes.length) throw new ZipProblem('its directory holds more than the entries it claims');
  return entries;
}

/** Reads that many bytes or throws a ZipProblem. */
export async function readExactly(file: FileHandle, at: number, lengthBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(lengthBytes);
  let done = 0;
  while (done < lengthBytes) {
    const { bytesRead } = await file.read(bytes, done, lengthBytes - done, at + done);
    if (bytesRead === 0) throw new ZipProblem('it ends too early');
    done += bytesRead;
  }
  return bytes;
}

/** The true record is the one whose comment reaches exactly to the end of the file. */
function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) return at;
  }
  return undefined;
}

function readEnd(tail: Buffer, at: number): DirectoryPlace {
  const [disk, startDisk] = [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 6)];
  const [onDisk, entryCount] = [tail.readUInt16LE(at + 8), tail.readUInt16LE(at + 10)];
  if ((disk !== 0 && disk !== MAX_16) || (startDisk !== 0 && startDisk !== MAX_16) || onDisk !== entryCount)
    throw new ZipProblem('it is one part of an archive in several files');
  return { entryCount, sizeBytes: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
}

function isZip64(place: DirectoryPlace): boolean {
  return place.entryCount === MAX_16 || place.sizeBytes === MAX_32 || place.offset === MAX_32;
}

async function findZip64(
  file: FileHandle,
  tail: Buffer,
  at: number,
): Promise<DirectoryPlace & { endOffset: number }> {
  const locator = at - LOCATOR_BYTES;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_SIGNATURE)
    throw new ZipProblem('its zip64 records are missing');
  const endOffset = safeNumber(tail, locator + 8);
  const end = await readExactly(file, endOffset, END64_BYTES);
  if (end.readUInt32LE(0) !== END64_SIGNATURE) throw new ZipProblem('its zip64 records are damaged');
  return {
    entryCount: safeNumber(end, 32),
    sizeBytes: safeNumber(end, 40),
    offset: safeNumber(end, 48),
    endOffset,
  };
}

function lengthOf(bytes: Buffer, at: number): number {
  return bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
}

function readRow(row: Buffer): ZipEntry {
  const nameEnd = CENTRAL_BYTES + row.readUInt16LE(28);
  const nameBytes = row.subarray(CENTRAL_BYTES, nameEnd);
  const extra = row.subarray(nameEnd, nameEnd + row.readUInt16LE(30));
  const plain = {
    sizeBytes: row.readUInt32LE(24),
    packedBytes: row.readUInt32LE(20),
    offset: row.readUInt32LE(42),
  };
  return {
    name: decodeName(nameBytes),
    nameBytes,
    flags: row.readUInt16LE(8),
    method: row.readUInt16LE(10),
    crc: row.readUInt32LE(16),
    ...withZip64(plain, extra),
    unixMode: row.readUInt32LE(38) >>> 16,
  };
}

type Sizes = Pick<ZipEntry, 'sizeBytes' | 'packedBytes' | 'offset'>;

/** The extra field holds, in this order, only those numbers that did not fit. */
function withZip64(plain: Sizes, extra: Buffer): Sizes {
  const field = findExtra(extra, ZIP64_EXTRA);
  let at = 0;
  const take = (value: number) => {
    if (value !== MAX_32) return value;
    if (!field || at + 8 > field.length) throw new ZipProblem('its zip64 records are damaged');
    at += 8;
    return safeNumber(field, at - 8);
  };
  return {
    sizeBytes: take(plain.sizeBytes),
    packedBytes: take(plain.packedBytes),
    offset: take(plain.offset),
  };
}

function findExtra(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return undefined;
}

function decodeName(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ZipProblem(`the name ${JSON.stringify(bytes.toString('latin1'))} is not UTF-8`);
  }
}

function safeNumber(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipProblem('its zip64 records are damaged');
  return Number(value);
}

function notZip(fileBytes: number): string {
  return fileBytes === 0 ? 'the file is empty' : 'it is not a zip file';
}

async function withoutEnd(file: FileHandle, fileBytes: number): Promise<string> {
  const head = await readExactly(file, 0, 4);
  if (head.readUInt32LE(0) === 0x04034b50) return 'it is cut off: the directory at its end is missing';
  if (head.readUInt16BE(0) === 0x1f8b) return 'it is a .tar.gz under another name; call it .tar.gz';
  return notZip(fileBytes);
}
