import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasSize } from './cache-folder.js';
import { type Destination, isLocked } from './destination.js';
import { isMissing, makeFolder } from './folders.js';
import type { HubFile } from './hub-file.js';
import { type Partial, PartialFiles } from './partial-files.js';
import { replaceFile, writeTree } from './trees.js';

/**
 * Plain files in a folder of the user's (`--local-dir`). What is known about them lies in `.cache/huggingface` inside it,
 * as Python's library keeps it, so that neither fetches what the other has.
 */
export class LocalFolder implements Destination {
  readonly folder: string;
  readonly #commit: string;
  readonly #notes: string;
  #partials: PartialFiles | undefined;

  constructor(folder: string, commit: string) {
    this.folder = folder;
    this.#commit = commit;
    this.#notes = notesFolder(folder);
  }

  get isEmpty(): boolean {
    return isMissing(this.folder);
  }

  async has(file: HubFile): Promise<boolean> {
    if (!hasSize(this.#path(file), file)) return false;
    if (await this.#isNoted(file)) return true;
    return (await hashOf(this.#path(file), file)) === file.digest.hex;
  }

  async partial(file: HubFile): Promise<Partial | undefined> {
    return this.#listPartials().abandoned(this.#stem(file));
  }

  async prepare(all: readonly HubFile[]): Promise<void> {
    writeTree(this.#notes, this.#commit, all);
    // The notes must not end up in a git repository around the folder.
    await writeFile(join(this.#notes, '.gitignore'), '*').catch(() => undefined);
  }

  lockPath(file: HubFile): string {
    return `${this.#note(file)}.lock`;
  }

  async claim(file: HubFile, anew: boolean): Promise<string> {
    makeFolder(dirname(this.#note(file)));
    // Who had to wait for a lock must look again.
    if (isLocked(file)) this.#partials = undefined;
    return this.#listPartials().claim(this.#stem(file), anew);
  }

  async place(file: HubFile, unfinished: string): Promise<void> {
    makeFolder(dirname(this.#path(file)));
    await rename(unfinished, this.#path(file));
    await this.#takeNote(file);
  }

  /** The file is where it is looked for; a note of it saves the next run a look at its bytes, where one can be made. */
  async show(file: HubFile): Promise<void> {
    await this.#takeNote(file).catch(() => undefined);
  }

  /** Notes which commit and hash the file has, and when that was so. */
  async #takeNote(file: HubFile): Promise<void> {
    const lines = [this.#commit, file.digest.hex, String(Date.now() / 1000), ''];
    replaceFile(`${this.#note(file)}.metadata`, lines.join('\n'));
  }

  /** Nothing: the files are where they are looked for. */
  async finish(): Promise<void> {}

  #listPartials(): PartialFiles {
    this.#partials ??= PartialFiles.list(join(this.#notes, 'download'), true);
    return this.#partials;
  }

  async #isNoted(file: HubFile): Promise<boolean> {
    const text = await readFile(`${this.#note(file)}.metadata`, 'utf8').catch(() => '');
    const [, hex, time] = text.split('\n');
    const facts = await stat(this.#path(file)).catch(() => undefined);
    // A second more: some file systems keep no fractions.
    return hex === file.digest.hex && facts !== undefined && facts.mtimeMs - 1000 <= Number(time) * 1000;
  }

  #path({ path }: HubFile): string {
    return join(this.folder, path);
  }

  #note({ path }: HubFile): string {
    return join(this.#notes, 'download', path);
  }

  #stem(file: HubFile): string {
    return `${this.#note(file)}.${file.digest.hex}`;
  }
}

/** Where the notes about the files of a folder lie. */
export function notesFolder(folder: string): string {
  return join(folder, '.cache', 'huggingface');
}

async function hashOf(path: string, { digest, sizeBytes }: HubFile): Promise<string> {
  const hash = createHash(digest.algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (digest.algorithm === 'git-sha1') hash.update(`blob ${sizeBytes}\0`);
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(piece as Buffer);
  return hash.digest('hex');
}
