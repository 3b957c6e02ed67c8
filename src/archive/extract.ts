import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { serveError } from '../core/errors.js';
import { writeFully } from './chunks.js';
import type { EntryVisitor } from './entry.js';
import { describeFault } from './faults.js';
import { visitMar } from './formats/mar.js';
import type { ArchiveLimits } from './limits.js';

export interface ExtractOptions {
  /** Parent folder; made if it is missing. */
  readonly into: string;
  readonly limits: ArchiveLimits;
  readonly signal?: AbortSignal;
}

/** Names that are read as zip; everything else is a .tar.gz, as in TorchServe. */
const ZIP_NAME = /\.(mar|war)$/;

/** Shows every entry of an archive file to a visitor, verified. See `visitMar` and `visitTgz` for what is thrown. */
export async function visitArchive(
  path: string,
  limits: ArchiveLimits,
  visit: EntryVisitor,
  signal?: AbortSignal,
): Promise<void> {
  // Nearly every archive is a .mar, and a server starts sooner without the tar library.
  const visitFormat = ZIP_NAME.test(path) ? visitMar : (await import('./formats/tgz.js')).visitTgz;
  try {
    await visitFormat(path, limits, visit, signal);
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
    throw serveError('ARCHIVE_UNREADABLE', { path, reason: describeFault(error) }, { cause: error });
  }
}

/**
 * Extracts an archive file into a new folder `<32 hex digits>` under `into` and gives its path. The folder appears under
 * that name only when every entry was written and verified; on failure nothing is left.
 */
export async function extractArchive(path: string, options: ExtractOptions): Promise<string> {
  const id = randomBytes(16).toString('hex');
  const folder = join(options.into, id);
  const partial = join(options.into, `.${id}.part`);
  try {
    await asExtractError(path, options.into, () => mkdir(partial, { recursive: true, mode: 0o700 }));
    await visitArchive(path, options.limits, folderWriter(path, partial), options.signal);
    await asExtractError(path, options.into, () => rename(partial, folder));
  } catch (error) {
    // What went wrong first is what the user must hear of.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  return folder;
}

/** Writes entries below `folder`. Their names have been checked; a file that is already there is an error all the same. */
function folderWriter(path: string, folder: string): EntryVisitor {
  const made = new Set([folder]);
  const makeFolder = async (wanted: string) => {
    if (made.has(wanted)) return;
    await asExtractError(path, folder, () => mkdir(wanted, { recursive: true }));
    made.add(wanted);
  };
  return async (entry, bytes) => {
    const target = join(folder, entry.name);
    await makeFolder(entry.kind === 'folder' ? target : dirname(target));
    if (entry.kind === 'file') await writeFile(path, target, bytes);
  };
}

async function writeFile(path: string, target: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await asExtractError(path, target, () => open(target, 'wx'));
  let at = 0;
  try {
    for await (const piece of bytes) {
      await asExtractError(path, target, () => writeFully(file, piece, at));
      at += piece.length;
    }
  } finally {
    await file.close();
  }
}

async function asExtractError<Result>(
  path: string,
  folder: string,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const reason = describeFault(error);
    throw serveError('ARCHIVE_EXTRACT', { path, folder, reason }, { cause: error });
  }
}
