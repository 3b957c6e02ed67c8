import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

// All synchronous: to hand one of these to another thread takes longer than to do it.

/**
 * Makes a folder and those above it. On a disk that may only be read Node says that there is no such folder; the error
 * thrown here says why it could not be made.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') accessSync(nearestExisting(path), constants.W_OK);
    throw error;
  }
}

/** The folder itself, or the next one above that exists. */
export function nearestExisting(folder: string): string {
  const above = dirname(folder);
  return existsSync(folder) || above === folder ? folder : nearestExisting(above);
}

/** Whether there is surely nothing of that name; what cannot be looked at may be there. */
export function isMissing(path: string): boolean {
  try {
    accessSync(path);
    return false;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

/** Whether something failed because it may only be read. */
export function isReadOnly(error: unknown): boolean {
  return ['EROFS', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
