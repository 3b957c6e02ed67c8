import { pipeline } from 'node:stream/promises';
import { constants, crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import type { OutputFile } from '../chunks.js';

const LEVEL = 6;
/** Magic, method deflate, no flags, no date, no hint, system "unknown": the same on every machine. */
const HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block, which ends the deflate stream. */
const LAST_BLOCK = Buffer.from([3, 0]);
const MAX_STORED_BYTES = 0xffff;
const SMALL_BYTES = 1024 * 1024;
/** Ends a piece on a byte boundary without ending the stream. */
const FLUSH = { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH };

/**
 * Writes one gzip stream of which parts are deflated and parts are kept as they are. zlib cannot switch to keeping at
 * a useful speed in mid-stream, and weights shrink by a few percent at the cost of half a minute per GiB.
 */
export class GzipWriter {
  #crc = 0;
  #sizeBytes = 0;

  constructor(private readonly output: OutputFile) {}

  async begin(): Promise<void> {
    await this.output.append(HEAD);
  }

  /** Deflates bytes that are already in memory. */
  async deflate(bytes: Buffer): Promise<void> {
    this.#count(bytes);
    for (let at = 0; at < bytes.length; at += SMALL_BYTES)
      await this.output.append(deflateRawSync(bytes.subarray(at, at + SMALL_BYTES), FLUSH));
  }

  async deflateAll(chunks: AsyncIterable<Buffer>): Promise<void> {
    const count = (chunk: Buffer) => this.#count(chunk);
    await pipeline(
      async function* () {
        for await (const chunk of chunks) {
          count(chunk);
          yield Buffer.from(chunk);
        }
      },
      createDeflateRaw({ ...FLUSH, chunkSize: 256 * 1024 }),
      async (packed: AsyncIterable<Buffer>) => {
        for await (const piece of packed) await this.output.append(piece);
      },
    );
  }

  async storeAll(chunks: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of chunks) {
      const written = this.output.append(storedBlocks(chunk));
      written.catch(() => undefined);
      this.#count(chunk);
      await written;
    }
  }

  async end(): Promise<void> {
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(this.#crc, 0);
    tail.writeUInt32LE(this.#sizeBytes % 2 ** 32, 4);
    await this.output.append(Buffer.concat([LAST_BLOCK, tail]));
  }

  #count(bytes: Buffer): void {
    this.#crc = crc32(bytes, this.#crc);
    this.#sizeBytes += bytes.length;
  }
}

/** Deflate's stored blocks (RFC 1951, 3.2.4), none of them the last one. */
function storedBlocks(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += MAX_STORED_BYTES) {
    const piece = bytes.subarray(at, at + MAX_STORED_BYTES);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(piece.length, 1);
    head.writeUInt16LE(~piece.length & 0xffff, 3);
    blocks.push(head, piece);
  }
  return Buffer.concat(blocks);
}
