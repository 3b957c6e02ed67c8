import { accessSync, constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. On a disk that may only be read Node says that there is no such folder; the error
 * thrown here says why it could not be made.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') await access(await nearestExisting(path), constants.W_OK);
    throw error;
  }
}

/** The folder itself, or the next one above that exists. */
export async function nearestExisting(folder: string): Promise<string> {
  const there = await stat(folder).catch(() => undefined);
  const above = dirname(folder);
  return there || above === folder ? folder : nearestExisting(above);
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
