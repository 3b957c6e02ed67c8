import { describe, expect, it } from 'vitest';
import { checkEntryCount, checkRatio, checkTotalBytes, DEFAULT_LIMITS } from '../../src/archive/limits.js';
import { KEYS } from '../../src/config/keys.js';

describe('the limits of an archive', () => {
  const limits = { maxBytes: 100, maxEntries: 2, maxRatio: 10 };

  it('let pass what is on the limit', () => {
    checkEntryCount('m.mar', 2, limits);
    checkTotalBytes('m.mar', 100, limits);
    checkRatio('m.mar', 'it', { unpackedBytes: 100, packedBytes: 10 }, limits);
  });

  it('name the key that raises them', () => {
    expect(() => checkEntryCount('m.mar', 3, limits)).toThrowError(
      expect.objectContaining({ hint: expect.stringContaining('max_archive_entries') }),
    );
    expect(() => checkTotalBytes('m.mar', 101, limits)).toThrowError(
      expect.objectContaining({ hint: expect.stringContaining('max_archive_bytes') }),
    );
    expect(() => checkRatio('m.mar', 'it', { unpackedBytes: 101, packedBytes: 10 }, limits)).toThrowError(
      expect.objectContaining({ hint: expect.stringContaining('max_archive_ratio') }),
    );
  });

  it('are without a server what they are by default with one', () => {
    expect(DEFAULT_LIMITS).toEqual({
      maxBytes: Number(KEYS.max_archive_bytes.default),
      maxEntries: Number(KEYS.max_archive_entries.default),
      maxRatio: Number(KEYS.max_archive_ratio.default),
    });
  });
});
