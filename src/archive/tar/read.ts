import { Header, Pax } from 'tar';
import type { ByteReader } from './byte-reader.js';

/** One entry of a tar file, its name as it stands there. Links, devices and the like are for the caller to refuse. */
export interface TarEntry {
  readonly path: string;
  readonly type: string;
  readonly sizeBytes: number;
  /** To be read to the end before the next entry is asked for. */
  readonly pieces: AsyncIterable<Buffer>;
}

/** Thrown by the reader; the caller knows the archive's path and makes it an ARCHIVE_BROKEN. */
export class TarProblem extends Error {}

const BLOCK_BYTES = 512;
/** Names that do not fit a header stand in an entry in front of it. */
const MAX_NOTE_BYTES = 1024 * 1024;

type Extension = ConstructorParameters<typeof Header>[2];

/** The entries of a tar file (ustar, pax or GNU) one after another. Throws a TarProblem. */
export async function* readTar(reader: ByteReader): AsyncGenerator<TarEntry> {
  let own: Extension;
  let everywhere: Extension;
  for (;;) {
    const header = await readHeader(reader, own, everywhere);
    if (!header) return;
    const note = await readNote(reader, header, own, everywhere);
    if (note) {
      ({ own, everywhere } = note);
      continue;
    }
    own = undefined;
    yield* readBody(reader, header);
  }
}

async function* readBody(reader: ByteReader, header: Header): AsyncGenerator<TarEntry> {
  const sizeBytes = sizeOf(header);
  const path = header.path ?? '';
  let seenBytes = 0;
  const pieces = async function* () {
    for await (const piece of reader.pieces(sizeBytes)) {
      seenBytes += piece.length;
      yield piece;
    }
  };
  yield { path, type: header.type, sizeBytes, pieces: pieces() };
  if (seenBytes < sizeBytes) throw new TarProblem(`it ends in the middle of ${JSON.stringify(path)}`);
  await reader.take(padding(sizeBytes));
}

/** The next header, or undefined at the end: two empty blocks, or the end of the stream. */
async function readHeader(
  reader: ByteReader,
  own: Extension,
  everywhere: Extension,
): Promise<Header | undefined> {
  const block = await reader.take(BLOCK_BYTES);
  if (block.length === 0) return undefined;
  if (block.length < BLOCK_BYTES) throw new TarProblem('it ends in the middle of a header');
  const header = decode(block, own, everywhere);
  if (header.nullBlock) return undefined;
  if (!header.cksumValid) throw new TarProblem('a header is damaged (its checksum is wrong)');
  return header;
}

function decode(block: Buffer, own: Extension, everywhere: Extension): Header {
  try {
    return new Header(block, 0, own, everywhere);
  } catch (error) {
    throw new TarProblem(`a header is damaged (${(error as Error).message})`);
  }
}

/** Entries that say something about the next one, or about all: long names, large sizes. */
async function readNote(
  reader: ByteReader,
  header: Header,
  own: Extension,
  everywhere: Extension,
): Promise<{ own: Extension; everywhere: Extension } | undefined> {
  switch (header.type) {
    case 'ExtendedHeader':
    case 'OldExtendedHeader':
      return { own: Pax.parse(await noteText(reader, header), own, false), everywhere };
    case 'GlobalExtendedHeader':
      return { own, everywhere: Pax.parse(await noteText(reader, header), everywhere, true) };
    case 'NextFileHasLongPath':
    case 'OldGnuLongPath':
      return { own: { ...own, path: upToZero(await noteText(reader, header)) }, everywhere };
    case 'NextFileHasLongLinkpath':
      return { own: { ...own, linkpath: upToZero(await noteText(reader, header)) }, everywhere };
    default:
      return undefined;
  }
}

async function noteText(reader: ByteReader, header: Header): Promise<string> {
  const sizeBytes = sizeOf(header);
  if (sizeBytes > MAX_NOTE_BYTES) throw new TarProblem('the note in front of an entry is too long');
  const bytes = await reader.take(sizeBytes + padding(sizeBytes));
  return bytes.subarray(0, sizeBytes).toString('utf8');
}

function sizeOf(header: Header): number {
  const sizeBytes = header.size ?? 0;
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 0) return sizeBytes;
  throw new TarProblem(`the size of ${JSON.stringify(header.path)} makes no sense`);
}

function padding(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

function upToZero(text: string): string {
  return text.replace(/\0.*$/s, '');
}
