import { Header, Pax } from 'tar';
import type { OutputFile } from '../chunks.js';
import type { PackedFile } from '../packed-file.js';
import { GzipWriter } from './gzip-writer.js';

const BLOCK_BYTES = 512;
const PLAIN_FILE_MODE = 0o644;
/** The same input gives the same bytes, so no file keeps its own date. */
const DATE = new Date(0);

/** Writes a .tar.gz with every file under `topFolder`, in constant memory. */
export async function writeTgz(
  files: Iterable<PackedFile>,
  topFolder: string,
  output: OutputFile,
): Promise<void> {
  const gzip = new GzipWriter(output);
  await gzip.begin();
  let padding = Buffer.alloc(0);
  for (const file of files) {
    await gzip.deflate(Buffer.concat([padding, tarHeader(`${topFolder}/${file.name}`, file.sizeBytes)]));
    await (file.deflate ? gzip.deflateAll(file.chunks()) : gzip.storeAll(file.chunks()));
    padding = Buffer.alloc((BLOCK_BYTES - (file.sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
  }
  const end = Buffer.alloc(2 * BLOCK_BYTES);
  await gzip.deflate(Buffer.concat([padding, end]));
  await gzip.end();
}

/** The blocks in front of a file's bytes; a second entry in front carries a name or size that does not fit. */
function tarHeader(path: string, sizeBytes: number): Buffer {
  const fields = { path, size: sizeBytes, mode: PLAIN_FILE_MODE, type: 'File', mtime: DATE } as const;
  const header = new Header({ ...fields, uid: 0, gid: 0 });
  const needsNote = header.encode();
  const block = header.block ?? Buffer.alloc(BLOCK_BYTES);
  if (!needsNote) return block;
  return Buffer.concat([new Pax({ path, size: sizeBytes, mtime: DATE }).encode(), block]);
}
