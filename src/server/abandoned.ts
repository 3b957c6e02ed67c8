import { lstat, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Log } from '../core/log.js';
import { SOCKET_NAME } from '../workers/connection.js';
import { isGone, readOwner } from './owner.js';

/** What the folders of servers are called in front of their random letters. */
export const FOLDER_PREFIX = 'ts-serve-';
/** File in such a folder that tells whose it is; a folder without it is left alone. */
export const OWNER_FILE = 'owner.json';

export interface AbandonedOptions {
  /** Where servers make their folders. */
  readonly parent: string;
  /** This server's own folder: what is to go is moved there first. */
  readonly own: string;
  readonly log: Log;
  /** Ends it before the next folder. */
  readonly signal: AbortSignal;
}

/** Removes folders of this user's servers that were killed. Never throws: what cannot be removed stays. */
export async function removeAbandoned({ parent, own, log, signal }: AbandonedOptions): Promise<void> {
  try {
    for (const name of await readdir(parent)) {
      if (signal.aborted) return;
      const path = join(parent, name);
      if (name.startsWith(FOLDER_PREFIX) && path !== own && (await isAbandoned(path)))
        await remove(path, own, log);
    }
  } catch (thrown) {
    log.debug(`What killed servers left in ${parent} cannot be looked for: ${String(thrown)}`);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    // Only this user can have written what lies in it: the folder is made for nobody else.
    if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) return false;
    const owner = readOwner(await readFile(join(path, OWNER_FILE), 'utf8'));
    return owner !== undefined && (await isGone(owner, join(path, SOCKET_NAME)));
  } catch {
    return false;
  }
}

/**
 * Moves the folder away before it removes it: of two servers that want it one gets it, nobody else can put another in
 * its place, and if this server is killed meanwhile the rest goes with its own folder.
 */
async function remove(path: string, own: string, log: Log): Promise<void> {
  const taken = join(own, basename(path));
  try {
    await rename(path, taken);
    await rm(taken, { recursive: true, force: true });
    log.info(`Removed ${path}, which a server that was killed had left.`);
  } catch (thrown) {
    log.debug(`${path}, which a killed server left, cannot be removed: ${String(thrown)}`);
  }
}
