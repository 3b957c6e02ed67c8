import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { describeFault } from '../../archive/faults.js';
import { serveError } from '../../core/errors.js';
import type { Hashers, Hashing } from './hashers.js';
import type { HubFile } from './hub-file.js';

/**
 * The unfinished file of a download, hashed while it grows. Written synchronously: the bytes lie in a buffer that the
 * next read overwrites, and handing them to the page cache takes less time than to hand them to another thread.
 */
export class PartialFile {
  readonly #fd: number;
  readonly #file: HubFile;
  readonly #path: string;
  readonly #hashers: Hashers;
  #sizeBytes: number;
  #hashing: Hashing;

  /** Goes on with what lies there. Throws HUB_WRITE. */
  constructor(path: string, file: HubFile, hashers: Hashers) {
    this.#path = path;
    this.#file = file;
    this.#hashers = hashers;
    this.#fd = this.#try(() => openSync(path, constants.O_RDWR | constants.O_CREAT, 0o666));
    this.#sizeBytes = this.#try(() => fstatSync(this.#fd).size);
    this.#hashing = this.#beginHashing();
    if (this.#sizeBytes > file.sizeBytes) this.restart();
    else this.#hashing.advance(this.#sizeBytes);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get whole(): boolean {
    return this.#sizeBytes === this.#file.sizeBytes;
  }

  /** Throws HUB_WRITE. */
  append(piece: Buffer): void {
    for (let done = 0; done < piece.length; ) {
      const at = this.#sizeBytes;
      const written = this.#try(() => writeSync(this.#fd, piece, done, piece.length - done, at));
      done += written;
      this.#sizeBytes += written;
    }
    this.#hashing.advance(this.#sizeBytes);
  }

  /** Forgets all bytes. Throws HUB_WRITE. */
  restart(): void {
    this.#hashing.drop();
    this.#try(() => ftruncateSync(this.#fd, 0));
    this.#sizeBytes = 0;
    this.#hashing = this.#beginHashing();
  }

  /** The hash of all bytes. Throws HUB_READ. */
  async hash(): Promise<string> {
    try {
      return await this.#hashing.finish(this.#sizeBytes);
    } catch (error) {
      throw serveError('HUB_READ', { path: this.#path, reason: describeFault(error) }, { cause: error });
    }
  }

  close(): void {
    this.#hashing.drop();
    closeSync(this.#fd);
  }

  #beginHashing(): Hashing {
    const { sizeBytes, digest } = this.#file;
    return this.#hashers.begin({ fd: this.#fd, algorithm: digest.algorithm, sizeBytes });
  }

  #try<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      throw serveError('HUB_WRITE', { path: this.#path, reason: describeFault(error) }, { cause: error });
    }
  }
}
