import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { serveError } from '../../core/errors.js';
import type { EntryVisitor } from '../entry.js';
import { EntryNames, nameProblem } from '../entry-names.js';
import { type ArchiveLimits, checkEntryCount, checkRatio, checkTotalBytes } from '../limits.js';
import { MANIFEST_PATH } from '../manifest.js';
import { ByteReader } from '../tar/byte-reader.js';
import { readTar, type TarEntry, TarProblem } from '../tar/read.js';

const FILES: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];
const TYPE_NAMES: Readonly<Record<string, string>> = {
  SymbolicLink: 'a symbolic link',
  Link: 'a hard link',
  CharacterDevice: 'a device',
  BlockDevice: 'a device',
  FIFO: 'a pipe',
};

/**
 * Reads a .tar.gz from front to back; gzip's own checksum covers every byte. The first part of every name is taken away,
 * as TorchServe does: its archiver puts everything under a folder named like the model.
 * Throws ARCHIVE_BROKEN, ARCHIVE_UNSAFE, ARCHIVE_LIMIT or ARCHIVE_UNREADABLE.
 */
export async function visitTgz(
  path: string,
  limits: ArchiveLimits,
  visit: EntryVisitor,
  signal?: AbortSignal,
): Promise<void> {
  await checkMagic(path);
  const { size: packedBytes } = await stat(path);
  const reader = new ByteReader(unpacked(path, packedBytes, limits, signal));
  const names = new EntryNames();
  let entryCount = 0;
  try {
    for await (const entry of readTar(reader)) {
      checkEntryCount(path, ++entryCount, limits);
      await visitEntry(path, entry, names, visit);
    }
    // What may follow the last entry is read too: gzip's checksum is at the very end.
    await reader.drain();
  } catch (error) {
    if (error instanceof TarProblem) throw serveError('ARCHIVE_BROKEN', { path, reason: error.message });
    throw error;
  }
}

async function visitEntry(
  path: string,
  entry: TarEntry,
  names: EntryNames,
  visit: EntryVisitor,
): Promise<void> {
  const unsafe = (reason: string) => serveError('ARCHIVE_UNSAFE', { path, reason });
  const kind = entry.type === 'Directory' ? 'folder' : 'file';
  if (kind === 'file' && !FILES.includes(entry.type))
    throw unsafe(`${JSON.stringify(entry.path)} is ${TYPE_NAMES[entry.type] ?? `of the kind ${entry.type}`}`);
  // The part that is taken away may be ".", the rest must be plain.
  const problem = nameProblem(entry.path.replace(/^\.\//, '') || 'top');
  if (problem) throw unsafe(problem);
  if (entry.path === MANIFEST_PATH)
    throw serveError('ARCHIVE_BROKEN', {
      path,
      reason: 'its files are not in a folder; the first folder of every name in a .tar.gz is taken away',
    });
  const name = entry.path.replace(/^[^/]*\//, '').replace(/\/$/, '');
  if (name === '' || (kind === 'folder' && !entry.path.replace(/\/$/, '').includes('/'))) return;
  const clash = names.add(name, kind);
  if (clash) throw unsafe(clash);
  await visit({ name, kind, sizeBytes: entry.sizeBytes, packing: 'gzip' }, entry.pieces);
}

async function checkMagic(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead >= 2 && buffer.readUInt16BE(0) === 0x1f8b) return;
    const zip = bytesRead === 4 && buffer.readUInt32LE(0) === 0x04034b50;
    const known = zip ? 'it is a zip file under another name; call it .mar' : 'it is not a .tar.gz file';
    throw serveError('ARCHIVE_BROKEN', { path, reason: bytesRead === 0 ? 'the file is empty' : known });
  } finally {
    await file.close();
  }
}

async function* unpacked(
  path: string,
  packedBytes: number,
  limits: ArchiveLimits,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const packed = createReadStream(path, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  packed.once('error', (error) => gunzip.destroy(error));
  let unpackedBytes = 0;
  try {
    for await (const piece of packed.pipe(gunzip) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      unpackedBytes += piece.length;
      checkTotalBytes(path, unpackedBytes, limits);
      checkRatio(path, 'it', { unpackedBytes, packedBytes }, limits);
      yield piece;
    }
  } catch (error) {
    throw gzipProblem(error);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

function gzipProblem(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return new TarProblem('it is cut off');
  if (code === 'Z_DATA_ERROR') return new TarProblem(`it is damaged (${(error as Error).message})`);
  return error;
}
