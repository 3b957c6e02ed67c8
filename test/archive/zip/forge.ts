import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a forged zip; what is not said is as it should be. */
export interface ForgedEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly deflate?: boolean;
  /** The bytes as they lie in the file. */
  readonly packed?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly sizeBytes?: number;
  readonly packedBytes?: number;
  readonly unixMode?: number;
  /** Name in the header in front of the bytes. */
  readonly localName?: string;
  /** Where the directory says the entry begins. */
  readonly offset?: number;
}

export interface ForgedEnd {
  readonly comment?: string;
  readonly entryCount?: number;
  readonly directoryOffset?: number;
  /** Bytes in front of everything. */
  readonly front?: Buffer;
}

/** A zip file with the faults a test asks for; the project's own writer cannot make them. */
export function forgeZip(entries: readonly ForgedEntry[], end: ForgedEnd = {}): Buffer {
  const parts: Buffer[] = end.front ? [end.front] : [];
  const rows: Buffer[] = [];
  let at = end.front?.length ?? 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const packed = entry.packed ?? (entry.deflate ? deflateRawSync(content) : content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(entry.flags ?? 0, 2);
    fields.writeUInt16LE(entry.method ?? (entry.deflate ? 8 : 0), 4);
    fields.writeUInt32LE(entry.crc ?? crc32(content), 10);
    fields.writeUInt32LE(entry.packedBytes ?? packed.length, 14);
    fields.writeUInt32LE(entry.sizeBytes ?? content.length, 18);
    const local = named('PK\x03\x04', fields, entry.localName ?? entry.name);
    rows.push(row(fields, entry, at));
    parts.push(local, packed);
    at += local.length + packed.length;
  }
  const directory = Buffer.concat(rows);
  const tail = Buffer.alloc(22);
  tail.write('PK\x05\x06', 'latin1');
  tail.writeUInt16LE(end.entryCount ?? entries.length, 8);
  tail.writeUInt16LE(end.entryCount ?? entries.length, 10);
  tail.writeUInt32LE(directory.length, 12);
  tail.writeUInt32LE(end.directoryOffset ?? at, 16);
  const comment = Buffer.from(end.comment ?? '');
  tail.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, directory, tail, comment]);
}

function named(signature: string, fields: Buffer, name: string): Buffer {
  const nameBytes = Buffer.from(name);
  const head = Buffer.concat([Buffer.from(signature, 'latin1'), fields]);
  head.writeUInt16LE(nameBytes.length, head.length - 4);
  return Buffer.concat([head, nameBytes]);
}

function row(fields: Buffer, entry: ForgedEntry, at: number): Buffer {
  const name = Buffer.from(entry.name);
  const head = Buffer.alloc(46);
  head.write('PK\x01\x02', 'latin1');
  head.writeUInt16LE(0x314, 4);
  fields.copy(head, 6, 0, 22);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt32LE(((entry.unixMode ?? 0o100644) << 16) >>> 0, 38);
  head.writeUInt32LE(entry.offset ?? at, 42);
  return Buffer.concat([head, name]);
}
