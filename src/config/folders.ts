import { accessSync, constants, statSync } from 'node:fs';
import { serveError } from '../core/errors.js';
import { fieldOf, type Key } from './keys.js';
import { flagNameOf } from './read/flags.js';
import type { ResolvedSettings } from './resolve.js';
import { formatSource } from './source.js';

const STORES: readonly Key[] = ['model_store', 'workflow_store'];

/**
 * Checks the folders that must exist before the server starts, with the words of TorchServe's launcher. Throws
 * CONFIG_FOLDER_NOT_FOUND and CONFIG_TEMP_FOLDER.
 */
export function checkFolders(resolved: ResolvedSettings): void {
  for (const key of STORES) {
    const path = resolved.settings[fieldOf(key)];
    const source = formatSource(resolved.sources[fieldOf(key)]);
    if (typeof path !== 'string' || isFolder(path)) continue;
    throw serveError('CONFIG_FOLDER_NOT_FOUND', { flag: flagNameOf(key), path, source });
  }
  const { tempFolder } = resolved.settings;
  if (isFolder(tempFolder) && isWritable(tempFolder)) return;
  const source = formatSource(resolved.sources.tempFolder);
  throw serveError('CONFIG_TEMP_FOLDER', { path: tempFolder, source });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
