import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import type { OutputFile } from '../chunks.js';
import type { PackedFile } from '../packed-file.js';
import {
  centralHeader,
  DEFLATED,
  endRecords,
  localHeader,
  MAX_32,
  STORED,
  type WrittenEntry,
} from './records.js';

const LEVEL = 6;
/** Up to here a file is deflated in memory, and stored after all when that made it longer. */
const SMALL_BYTES = 1024 * 1024;
/** Deflating may lengthen the bytes a little, so the room for large sizes is kept from a little below 4 GiB. */
const ZIP64_FROM_BYTES = MAX_32 - 64 * 1024 * 1024;

/** Writes a zip file, entry by entry, in constant memory. The file must be new and seekable. */
export async function writeZip(inputs: Iterable<PackedFile>, output: OutputFile): Promise<void> {
  const entries: WrittenEntry[] = [];
  for (const input of inputs) entries.push(await writeEntry(input, output));
  const directoryOffset = output.sizeBytes;
  for (const entry of entries) await output.append(centralHeader(entry));
  const directoryBytes = output.sizeBytes - directoryOffset;
  await output.append(endRecords(entries.length, directoryBytes, directoryOffset));
}

async function writeEntry(input: PackedFile, output: OutputFile): Promise<WrittenEntry> {
  if (input.deflate && input.sizeBytes <= SMALL_BYTES) return writeSmall(input, output);
  const blank: WrittenEntry = {
    name: input.name,
    method: input.deflate ? DEFLATED : STORED,
    crc: 0,
    sizeBytes: 0,
    packedBytes: 0,
    offset: output.sizeBytes,
    zip64: input.sizeBytes >= ZIP64_FROM_BYTES,
  };
  await output.append(localHeader(blank));
  const start = output.sizeBytes;
  const crc = await (input.deflate ? writeDeflated(input, output) : writeStored(input, output));
  const entry = { ...blank, crc, sizeBytes: input.sizeBytes, packedBytes: output.sizeBytes - start };
  await output.overwrite(localHeader(entry), entry.offset);
  return entry;
}

async function writeSmall(input: PackedFile, output: OutputFile): Promise<WrittenEntry> {
  const pieces: Buffer[] = [];
  for await (const chunk of input.chunks()) pieces.push(Buffer.from(chunk));
  const bytes = Buffer.concat(pieces);
  const deflated = deflateRawSync(bytes, { level: LEVEL });
  const shrunk = deflated.length < bytes.length;
  const packed = shrunk ? deflated : bytes;
  const entry: WrittenEntry = {
    name: input.name,
    method: shrunk ? DEFLATED : STORED,
    crc: crc32(bytes),
    sizeBytes: bytes.length,
    packedBytes: packed.length,
    offset: output.sizeBytes,
    zip64: false,
  };
  await output.append(Buffer.concat([localHeader(entry), packed]));
  return entry;
}

async function writeStored(input: PackedFile, output: OutputFile): Promise<number> {
  let crc = 0;
  for await (const chunk of input.chunks()) {
    const written = output.append(chunk);
    // Summed while the disk is busy; a failed write is reported by the await.
    written.catch(() => undefined);
    crc = crc32(chunk, crc);
    await written;
  }
  return crc;
}

async function writeDeflated(input: PackedFile, output: OutputFile): Promise<number> {
  let crc = 0;
  await pipeline(
    async function* () {
      for await (const chunk of input.chunks()) {
        crc = crc32(chunk, crc);
        yield Buffer.from(chunk);
      }
    },
    createDeflateRaw({ level: LEVEL, chunkSize: 256 * 1024 }),
    async (packed: AsyncIterable<Buffer>) => {
      for await (const piece of packed) await output.append(piece);
    },
  );
  return crc;
}
