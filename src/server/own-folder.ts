import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../core/log.js';
import { FOLDER_PREFIX, OWNER_FILE, removeAbandoned } from './abandoned.js';
import { thisOwner } from './owner.js';

/** Makes the folder of a server below `parent`; nobody else may enter it. */
export async function makeOwnFolder(parent: string): Promise<OwnFolder> {
  await mkdir(parent, { recursive: true });
  return new OwnFolder(parent, await mkdtemp(join(parent, FOLDER_PREFIX)));
}

/** The folder of one server: its socket and what it extracted. It goes with the server, or is left to later ones. */
export class OwnFolder {
  readonly path: string;
  readonly #parent: string;
  readonly #removing = new AbortController();
  #clearing: Promise<void> = Promise.resolve();

  /** Made by `makeOwnFolder`. */
  constructor(parent: string, path: string) {
    this.#parent = parent;
    this.path = path;
  }

  /** Where archives are extracted to. */
  get models(): string {
    return join(this.path, 'models');
  }

  /** Writes down whose it is. To be called when the socket listens: from then on one that refuses means a dead owner. */
  async claim(log: Log): Promise<void> {
    try {
      await writeFile(join(this.path, OWNER_FILE), JSON.stringify(thisOwner()));
    } catch (thrown) {
      log.warn(`${this.path} would stay if this server were killed: ${String(thrown)}`);
    }
  }

  /** Removes what killed servers left beside it. Never throws. */
  clearAbandoned(log: Log): Promise<void> {
    const { signal } = this.#removing;
    this.#clearing = removeAbandoned({ parent: this.#parent, own: this.path, log, signal });
    return this.#clearing;
  }

  async remove(): Promise<void> {
    this.#removing.abort();
    await this.#clearing;
    await rm(this.path, { recursive: true, force: true });
  }
}
