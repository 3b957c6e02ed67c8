import type { FileHandle } from 'node:fs/promises';

/** Bytes per read: large enough that the cost per read vanishes, small enough that memory stays flat. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * The bytes of a part of a file, the next piece being read while the caller works on this one. A piece is overwritten
 * when the one after the next is asked for: whoever keeps it must copy it. Ends early where the file ends.
 */
export async function* readChunks(
  file: FileHandle,
  startBytes: number,
  lengthBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  const size = Math.min(CHUNK_BYTES, lengthBytes);
  let [current, next] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(lengthBytes > size ? size : 0)];
  const end = startBytes + lengthBytes;
  let at = startBytes;
  const read = (into: Buffer, from: number) => file.read(into, 0, Math.min(into.length, end - from), from);
  let reading = lengthBytes > 0 ? read(current, at) : undefined;
  try {
    while (reading) {
      const { bytesRead } = await reading;
      at += bytesRead;
      reading = bytesRead > 0 && at < end ? read(next, at) : undefined;
      // Awaited above or in `finally`; this only keeps a failure in between from ending the process.
      reading?.catch(() => undefined);
      if (bytesRead > 0) yield current.subarray(0, bytesRead);
      [current, next] = [next, current];
    }
  } finally {
    await reading?.catch(() => undefined);
  }
}

/** Writes all of the bytes at a position; a single write may take only some. */
export async function writeFully(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** A file that is written from front to back, and whose earlier bytes may be set right afterwards. */
export class OutputFile {
  #sizeBytes = 0;

  constructor(readonly file: FileHandle) {}

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async append(bytes: Buffer): Promise<void> {
    const at = this.#sizeBytes;
    this.#sizeBytes += bytes.length;
    await writeFully(this.file, bytes, at);
  }

  async overwrite(bytes: Buffer, at: number): Promise<void> {
    await writeFully(this.file, bytes, at);
  }
}
