import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { serveError } from '../../core/errors.js';
import type { ArchiveEntry, EntryVisitor } from '../entry.js';
import { EntryNames } from '../entry-names.js';
import { type ArchiveLimits, checkEntryCount, checkRatio, checkTotalBytes } from '../limits.js';
import { findDirectory, readDirectory, type ZipEntry, ZipProblem } from '../zip/directory.js';
import { entryProblem, layoutProblem, readEntry } from '../zip/read.js';
import { STORED } from '../zip/records.js';

/**
 * Reads a .mar (a zip file) in the order of its directory and verifies every length and checksum.
 * Throws ARCHIVE_BROKEN, ARCHIVE_UNSAFE, ARCHIVE_LIMIT or ARCHIVE_UNREADABLE.
 */
export async function visitMar(
  path: string,
  limits: ArchiveLimits,
  visit: EntryVisitor,
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(path);
  try {
    const entries = await readChecked(path, file, limits);
    for (const entry of entries) {
      signal?.throwIfAborted();
      await visitEntry(path, file, entry, visit, signal);
    }
  } catch (error) {
    if (error instanceof ZipProblem) throw serveError('ARCHIVE_BROKEN', { path, reason: error.message });
    throw error;
  } finally {
    await file.close();
  }
}

/** The directory, after every check that needs no entry's bytes. */
async function readChecked(path: string, file: FileHandle, limits: ArchiveLimits): Promise<ZipEntry[]> {
  const place = await findDirectory(file, (await file.stat()).size);
  checkEntryCount(path, place.entryCount, limits);
  const entries = await readDirectory(file, place);
  const names = new EntryNames();
  for (const entry of entries) {
    const problem = entryProblem(entry) ?? names.add(entry.name, kindOf(entry));
    if (problem) throw serveError('ARCHIVE_UNSAFE', { path, reason: problem });
    const sizes = { unpackedBytes: entry.sizeBytes, packedBytes: entry.packedBytes };
    checkRatio(path, JSON.stringify(entry.name), sizes, limits);
  }
  const layout = layoutProblem(entries, place.offset);
  if (layout) throw new ZipProblem(layout);
  const totalBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  checkTotalBytes(path, totalBytes, limits);
  return entries;
}

async function visitEntry(
  path: string,
  file: FileHandle,
  entry: ZipEntry,
  visit: EntryVisitor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const seen = { bytes: 0, crc: 0 };
  const counted = async function* () {
    for await (const piece of readEntry(file, entry)) {
      signal?.throwIfAborted();
      seen.bytes += piece.length;
      seen.crc = crc32(piece, seen.crc);
      yield piece;
    }
  };
  await visit(asArchiveEntry(entry), counted());
  const name = JSON.stringify(entry.name);
  if (seen.bytes !== entry.sizeBytes)
    throw new ZipProblem(`${name} has ${seen.bytes} bytes and should have ${entry.sizeBytes}`);
  if (seen.crc !== entry.crc)
    throw serveError('ARCHIVE_BROKEN', { path, reason: `the checksum of ${name} is wrong` });
}

function kindOf(entry: ZipEntry): 'file' | 'folder' {
  return entry.name.endsWith('/') ? 'folder' : 'file';
}

function asArchiveEntry(entry: ZipEntry): ArchiveEntry {
  return {
    name: entry.name.replace(/\/$/, ''),
    kind: kindOf(entry),
    sizeBytes: entry.sizeBytes,
    packing: entry.method === STORED ? 'stored' : 'deflated',
    packedBytes: entry.packedBytes,
  };
}
