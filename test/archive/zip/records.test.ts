import { describe, expect, it } from 'vitest';
import {
  centralHeader,
  endRecords,
  localHeader,
  type WrittenEntry,
} from '../../../src/archive/zip/records.js';

const small: WrittenEntry = {
  name: 'a',
  method: 8,
  crc: 7,
  sizeBytes: 10,
  packedBytes: 5,
  offset: 0,
  zip64: false,
};

describe('the headers of a zip entry', () => {
  it('hold sizes and checksum in front of the bytes, for readers that cannot seek', () => {
    const header = localHeader(small);
    expect(header.readUInt16LE(6) & 8).toBe(0);
    expect([header.readUInt32LE(14), header.readUInt32LE(18), header.readUInt32LE(22)]).toEqual([7, 5, 10]);
  });

  it('say that a name is UTF-8 only when it matters', () => {
    expect(localHeader(small).readUInt16LE(6)).toBe(0);
    expect(localHeader({ ...small, name: 'ü' }).readUInt16LE(6)).toBe(0x800);
  });

  it('put large numbers in the zip64 field', () => {
    const large = { ...small, sizeBytes: 5e9, packedBytes: 5e9, zip64: true };
    const local = localHeader(large);
    expect([local.readUInt32LE(18), local.readUInt32LE(22)]).toEqual([0xffffffff, 0xffffffff]);
    expect(Number(local.readBigUInt64LE(35))).toBe(5e9);
    const far = centralHeader({ ...small, offset: 6e9 });
    expect(far.readUInt32LE(42)).toBe(0xffffffff);
    expect(Number(far.readBigUInt64LE(51))).toBe(6e9);
    expect(far.readUInt32LE(24)).toBe(10);
  });
});

describe('the end of a zip file', () => {
  it('has zip64 records only when a number asks for them', () => {
    expect(endRecords(3, 100, 1000)).toHaveLength(22);
    expect(endRecords(70_000, 100, 1000)).toHaveLength(22 + 20 + 56);
    expect(endRecords(3, 100, 5e9)).toHaveLength(22 + 20 + 56);
  });
});
