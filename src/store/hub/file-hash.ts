import { createHash, type Hash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { Digest } from './hub-file.js';

export interface HashedFile {
  /** Open for reading. */
  readonly fd: number;
  readonly algorithm: Digest['algorithm'];
  /** Of the whole file. */
  readonly sizeBytes: number;
}

/** Read at a time; small enough to stay in the processor's cache between reading and hashing. */
const PIECE_BYTES = 256 * 1024;

/** Hashes a file while it grows: what is compared is what lies on the disk, not what was meant to. */
export class FileHash {
  readonly #hash: Hash;
  #doneBytes = 0;

  constructor(private readonly file: HashedFile) {
    const { algorithm, sizeBytes } = file;
    this.#hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
    if (algorithm === 'git-sha1') this.#hash.update(`blob ${sizeBytes}\0`);
  }

  /** Goes on to where the file has grown to. Throws an Error when those bytes cannot be read. */
  advance(toBytes: number, buffer: Buffer): void {
    while (this.#doneBytes < toBytes) {
      const wanted = Math.min(buffer.length, toBytes - this.#doneBytes);
      const read = readSync(this.file.fd, buffer, 0, wanted, this.#doneBytes);
      if (read === 0) throw new Error('the file became shorter');
      this.#hash.update(buffer.subarray(0, read));
      this.#doneBytes += read;
    }
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** One buffer serves all files that are hashed in one thread. */
export function hashBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(PIECE_BYTES);
}
