import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { serveError } from '../core/errors.js';
import { type SourceFile, sourceFile, sourceTree } from './source-file.js';
import { expandWildcard, hasWildcard } from './wildcard.js';

const FLAG = '--extra-files';

/** The items of `--extra-files`: each text is a list with commas, and with the spaces people put after them. */
export function splitList(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(',').map((item) => item.trim())).filter((item) => item !== '');
}

/**
 * The files that the items stand for: a file goes to the root, of a folder its contents do, a wildcard may match either.
 * Throws INPUT_MISSING or INPUT_UNREADABLE; a wildcard that matches nothing is only warned about, as in TorchServe.
 */
export async function findExtraFiles(
  items: readonly string[],
  folder: string,
  warn: (message: string) => void,
): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const item of items) {
    const paths = await pathsOf(item, folder);
    if (paths.length === 0) warn(`No file matches the wildcard ${item} (${FLAG}).`);
    for (const path of paths) files.push(...(await filesOf(path, folder)));
  }
  return files;
}

async function pathsOf(item: string, folder: string): Promise<string[]> {
  if (await exists(resolve(folder, item))) return [item];
  if (!hasWildcard(item)) throw serveError('INPUT_MISSING', { path: item, flag: FLAG });
  return expandWildcard(item, folder);
}

async function filesOf(path: string, folder: string): Promise<SourceFile[]> {
  const absolute = resolve(folder, path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory()) return sourceTree(absolute, FLAG);
  return [await sourceFile(path, basename(absolute), FLAG, folder)];
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
