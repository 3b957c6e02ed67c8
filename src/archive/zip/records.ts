/** The fixed records of a zip file (APPNOTE 6.3, sections 4.3 and 4.5). Numbers are little-endian. */

export const STORED = 0;
export const DEFLATED = 8;
export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
export const LOCATOR_BYTES = 20;
export const END64_BYTES = 56;

export const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const END_SIGNATURE = 0x06054b50;
export const END64_SIGNATURE = 0x06064b50;
export const LOCATOR_SIGNATURE = 0x07064b50;

/** Fields that hold these values are to be read from the zip64 records. */
export const MAX_16 = 0xffff;
export const MAX_32 = 0xffffffff;
export const ZIP64_EXTRA = 1;

const UTF8_FLAG = 0x800;
const UNIX = 3;
/** 1980-01-01, the earliest date of the format: the same input gives the same bytes. */
const DOS_DATE = 0x21;
const PLAIN_FILE_MODE = 0o100644;

/** What is known of an entry once its bytes are written. */
export interface WrittenEntry {
  readonly name: string;
  readonly method: typeof STORED | typeof DEFLATED;
  readonly crc: number;
  readonly sizeBytes: number;
  readonly packedBytes: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** Whether the local header has room for sizes of 4 GiB and more. */
  readonly zip64: boolean;
}

/**
 * The header in front of an entry's bytes. Checksum and sizes stand here and not behind the bytes: Java's streaming
 * reader, which TorchServe opens archives with, refuses stored entries otherwise.
 */
export function localHeader(entry: WrittenEntry): Buffer {
  const name = Buffer.from(entry.name);
  const extra = entry.zip64 ? zip64Extra([entry.sizeBytes, entry.packedBytes]) : Buffer.alloc(0);
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  header.writeUInt16LE(entry.zip64 ? 45 : 20, 4);
  writeSharedFields(header, 6, entry);
  header.writeUInt32LE(entry.zip64 ? MAX_32 : entry.packedBytes, 18);
  header.writeUInt32LE(entry.zip64 ? MAX_32 : entry.sizeBytes, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** The entry's row in the directory at the end of the file. */
export function centralHeader(entry: WrittenEntry): Buffer {
  const name = Buffer.from(entry.name);
  const large = [entry.sizeBytes, entry.packedBytes, entry.offset].filter((value) => value >= MAX_32);
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const version = large.length > 0 || entry.zip64 ? 45 : 20;
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE((UNIX << 8) | version, 4);
  header.writeUInt16LE(version, 6);
  writeSharedFields(header, 8, entry);
  header.writeUInt32LE(Math.min(entry.packedBytes, MAX_32), 20);
  header.writeUInt32LE(Math.min(entry.sizeBytes, MAX_32), 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE((PLAIN_FILE_MODE << 16) >>> 0, 38);
  header.writeUInt32LE(Math.min(entry.offset, MAX_32), 42);
  return Buffer.concat([header, name, extra]);
}

/** The records after the directory: with zip64 ones in front when a number does not fit. */
export function endRecords(entryCount: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END_SIGNATURE, 0);
  end.writeUInt16LE(Math.min(entryCount, MAX_16), 8);
  end.writeUInt16LE(Math.min(entryCount, MAX_16), 10);
  end.writeUInt32LE(Math.min(directoryBytes, MAX_32), 12);
  end.writeUInt32LE(Math.min(directoryOffset, MAX_32), 16);
  if (entryCount < MAX_16 && directoryBytes < MAX_32 && directoryOffset < MAX_32) return end;
  return Buffer.concat([end64Records(entryCount, directoryBytes, directoryOffset), end]);
}

function end64Records(entryCount: number, directoryBytes: number, directoryOffset: number): Buffer {
  const records = Buffer.alloc(END64_BYTES + LOCATOR_BYTES);
  records.writeUInt32LE(END64_SIGNATURE, 0);
  records.writeBigUInt64LE(BigInt(END64_BYTES - 12), 4);
  records.writeUInt16LE((UNIX << 8) | 45, 12);
  records.writeUInt16LE(45, 14);
  records.writeBigUInt64LE(BigInt(entryCount), 24);
  records.writeBigUInt64LE(BigInt(entryCount), 32);
  records.writeBigUInt64LE(BigInt(directoryBytes), 40);
  records.writeBigUInt64LE(BigInt(directoryOffset), 48);
  records.writeUInt32LE(LOCATOR_SIGNATURE, END64_BYTES);
  records.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), END64_BYTES + 8);
  records.writeUInt32LE(1, END64_BYTES + 16);
  return records;
}

/** Flags, method, date and checksum lie in the same order in both kinds of header. */
function writeSharedFields(header: Buffer, at: number, entry: WrittenEntry): void {
  const ascii = /^[\x20-\x7e]*$/.test(entry.name);
  header.writeUInt16LE(ascii ? 0 : UTF8_FLAG, at);
  header.writeUInt16LE(entry.method, at + 2);
  header.writeUInt16LE(DOS_DATE, at + 6);
  header.writeUInt32LE(entry.crc, at + 8);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(ZIP64_EXTRA, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => {
    extra.writeBigUInt64LE(BigInt(value), 4 + index * 8);
  });
  return extra;
}
