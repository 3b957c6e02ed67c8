import { constants, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { copyFile, readFile, readlink, rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { uniqueMark } from '../../archive/temporary.js';
import { type Destination, isLocked } from './destination.js';
import { isMissing, makeFolder } from './folders.js';
import type { HubFile } from './hub-file.js';
import { type Partial, PartialFiles } from './partial-files.js';
import { cacheName, isCommit, type Repo } from './repo.js';
import { replaceFile, writeTree } from './trees.js';

export interface CacheOptions {
  readonly cacheFolder: string;
  readonly repo: Repo;
  readonly revision: string;
  readonly commit: string;
}

/** Marks a folder as a cache, so that backups leave it out (bford.info/cachedir). */
const CACHE_TAG =
  'Signature: 8a477f597d28d172789f06886806bc55\n' +
  '# This folder is a cache of models and data sets from a hub.\n' +
  '# For information about cache directory tags see https://bford.info/cachedir/\n';

/**
 * The cache that all Hugging Face tools share: `blobs` by hash, `snapshots` by commit with relative links to them, `refs`
 * from branch to commit. What is done once for each of many files is done synchronously: it takes less time than to hand
 * it to another thread.
 */
export class CacheFolder implements Destination {
  readonly folder: string;
  readonly #options: CacheOptions;
  readonly #repoFolder: string;
  #partials: PartialFiles | undefined;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#repoFolder = repoFolder(options.cacheFolder, options.repo);
    this.folder = snapshotFolder(options.cacheFolder, options.repo, options.commit);
  }

  get isEmpty(): boolean {
    return isMissing(this.#repoFolder);
  }

  async has(file: HubFile): Promise<boolean> {
    return hasSize(this.#blob(file), file) || hasSize(this.#pointer(file), file);
  }

  async partial(file: HubFile): Promise<Partial | undefined> {
    return this.#listPartials().abandoned(this.#blob(file));
  }

  async prepare(all: readonly HubFile[]): Promise<void> {
    makeFolder(join(this.#repoFolder, 'blobs'));
    writeTree(this.#repoFolder, this.#options.commit, all);
    makeFolder(this.folder);
    tagAsCache(this.#options.cacheFolder);
  }

  lockPath(file: HubFile): string {
    const { cacheFolder, repo } = this.#options;
    return join(cacheFolder, '.locks', cacheName(repo), `${file.digest.hex}.lock`);
  }

  async claim(file: HubFile, anew: boolean): Promise<string> {
    // Who had to wait for a lock must look again.
    if (isLocked(file)) this.#partials = undefined;
    return this.#listPartials().claim(this.#blob(file), anew);
  }

  async place(file: HubFile, unfinished: string): Promise<void> {
    renameSync(unfinished, this.#blob(file));
    await this.#link(file);
  }

  async show(file: HubFile): Promise<void> {
    // Where links are not possible, Python's library leaves the file itself in the snapshot and no blob.
    if (hasSize(this.#blob(file), file)) await this.#link(file);
  }

  /** Usually the name is free and its folder there, so that is tried first. */
  async #link(file: HubFile): Promise<void> {
    const [blob, pointer] = [this.#blob(file), this.#pointer(file)];
    const target = `${'../'.repeat(2 + depthOf(file))}blobs/${file.digest.hex}`;
    if (linkIfFree(target, pointer)) return;
    if ((await readlink(pointer).catch(() => undefined)) === target) return;
    makeFolder(dirname(pointer));
    // Not in the snapshot: a killed process must leave nothing there.
    const temporary = join(this.#workFolder(), `link.${uniqueMark()}.tmp`);
    await symlink(target, temporary).catch(() => copyFile(blob, temporary, constants.COPYFILE_FICLONE));
    await rename(temporary, pointer);
  }

  async finish(): Promise<void> {
    const { cacheFolder, repo, revision, commit } = this.#options;
    if (isCommit(revision) || (await readRef(cacheFolder, repo, revision)) === commit) return;
    replaceFile(join(this.#repoFolder, 'refs', revision), commit, this.#workFolder());
  }

  #workFolder(): string {
    return join(this.#repoFolder, 'trees');
  }

  #listPartials(): PartialFiles {
    this.#partials ??= PartialFiles.list(join(this.#repoFolder, 'blobs'));
    return this.#partials;
  }

  #blob({ digest }: HubFile): string {
    return join(this.#repoFolder, 'blobs', digest.hex);
  }

  #pointer({ path }: HubFile): string {
    return join(this.folder, path);
  }
}

export function repoFolder(cacheFolder: string, repo: Repo): string {
  return join(cacheFolder, cacheName(repo));
}

export function snapshotFolder(cacheFolder: string, repo: Repo, commit: string): string {
  return join(repoFolder(cacheFolder, repo), 'snapshots', commit);
}

/** The commit that was the newest of a branch or tag when it was last downloaded. */
export async function readRef(
  cacheFolder: string,
  repo: Repo,
  revision: string,
): Promise<string | undefined> {
  const text = await readFile(join(repoFolder(cacheFolder, repo), 'refs', revision), 'utf8').catch(() => '');
  return isCommit(text.trim()) ? text.trim() : undefined;
}

/** Whether a file, or what a link leads to, is there with all its bytes. */
export function hasSize(path: string, { sizeBytes }: HubFile): boolean {
  try {
    const facts = statSync(path, { throwIfNoEntry: false });
    return facts?.isFile() === true && facts.size === sizeBytes;
  } catch {
    // Not even looked at: it will be written, or the reason be told then.
    return false;
  }
}

/** Folders between the snapshot's and the file. */
function depthOf({ path }: HubFile): number {
  return path.split('/').length - 1;
}

/** False when something has the name already, or links are not possible there. */
function linkIfFree(target: string, path: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch {
    return false;
  }
}

function tagAsCache(folder: string): void {
  try {
    writeFileSync(join(folder, 'CACHEDIR.TAG'), CACHE_TAG, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
