import { open, readdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { serveError } from '../core/errors.js';
import { describeFault } from './faults.js';

/** A file on disk and the name it gets in the archive. */
export interface SourceFile {
  /** Relative to the archive's root, with `/`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  /** When it was last written, ms since 1970. */
  readonly modifiedMs: number;
  /** The flag that asked for it. */
  readonly flag: string;
}

/** Folders that torch-model-archiver leaves out, with everything that begins with a dot. */
const SKIPPED_FOLDERS: readonly string[] = ['__pycache__', '__MACOSX'];

/** A file that must be there. Throws INPUT_MISSING or INPUT_UNREADABLE. */
export async function sourceFile(
  path: string,
  name: string,
  flag: string,
  folder: string,
): Promise<SourceFile> {
  const absolute = resolve(folder, path);
  try {
    const found = await stat(absolute);
    if (!found.isFile()) {
      const reason = found.isDirectory() ? 'it is a folder' : 'it is not a plain file';
      throw serveError('INPUT_UNREADABLE', { path, flag, reason });
    }
    await (await open(absolute)).close();
    return { name, path: absolute, sizeBytes: found.size, modifiedMs: found.mtimeMs, flag };
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw serveError('INPUT_MISSING', { path, flag });
    if (!syscall) throw error;
    throw serveError('INPUT_UNREADABLE', { path, flag, reason: describeFault(error) }, { cause: error });
  }
}

/** All files below a folder, under their paths from it. Links are followed; a link back to a folder above is an error. */
export async function sourceTree(
  path: string,
  flag: string,
  above: readonly string[] = [],
): Promise<SourceFile[]> {
  const real = await realpath(path);
  if (above.includes(real))
    throw serveError('INPUT_UNREADABLE', { path, flag, reason: 'its links lead in a circle' });
  const found: SourceFile[] = [];
  for (const name of (await readdir(path)).sort()) {
    const below = resolve(path, name);
    const kind = await stat(below).catch(() => undefined);
    if (!kind?.isDirectory()) found.push(await sourceFile(below, name, flag, '/'));
    else if (!name.startsWith('.') && !SKIPPED_FOLDERS.includes(name))
      for (const file of await sourceTree(below, flag, [...above, real]))
        found.push({ ...file, name: `${name}/${file.name}` });
  }
  return found;
}
