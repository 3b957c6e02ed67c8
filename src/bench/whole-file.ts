import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describeFault } from '../archive/faults.js';
import { ServeError } from '../core/errors.js';

/** Makes the error of a file that cannot be written. */
export type Refusal = (reason: string, cause?: unknown) => Error;

/** An hour of measuring should not end at a folder that is not there. Throws what `refuse` makes. */
export async function checkWritable(path: string, refuse: Refusal): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) throw refuse('it is a folder');
  // With the slash a file in its place is refused.
  await access(`${dirname(resolve(path))}/`, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code === 'ENOENT' ? 'there is no such folder' : describeFault(error), error);
  });
}

/**
 * A file that is there is whole, also when the disk is full. `beforeShown` may still refuse. Throws what `refuse` and
 * `beforeShown` make.
 */
export async function writeWhole(
  path: string,
  text: string,
  refuse: Refusal,
  beforeShown: () => Promise<void> = async () => {},
): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeFile(unfinished, text, { flag: 'wx' });
    await beforeShown();
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error instanceof ServeError ? error : refuse(describeFault(error), error);
  }
}
