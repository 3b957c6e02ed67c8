import { serveError } from '../core/errors.js';

/** What an archive may unpack to; the configuration keys are `max_archive_bytes`, `_entries` and `_ratio`. */
export interface ArchiveLimits {
  /** Bytes of all files together. */
  readonly maxBytes: number;
  readonly maxEntries: number;
  /** Unpacked size over packed size, per file in a zip, in all in a .tar.gz. */
  readonly maxRatio: number;
}

/** The defaults of the configuration, for commands that open archives without a server. */
export const DEFAULT_LIMITS: ArchiveLimits = {
  maxBytes: 64 * 1024 ** 3,
  maxEntries: 100_000,
  maxRatio: 1000,
};

/** Throws ARCHIVE_LIMIT when there are more entries than allowed. */
export function checkEntryCount(path: string, entryCount: number, limits: ArchiveLimits): void {
  if (entryCount <= limits.maxEntries) return;
  const what = `it holds ${entryCount} entries`;
  throw serveError('ARCHIVE_LIMIT', { path, what, limit: limits.maxEntries, key: 'max_archive_entries' });
}

/** Throws ARCHIVE_LIMIT when the files unpack to more bytes than allowed. */
export function checkTotalBytes(path: string, totalBytes: number, limits: ArchiveLimits): void {
  if (totalBytes <= limits.maxBytes) return;
  const what = `it unpacks to ${totalBytes} bytes or more`;
  throw serveError('ARCHIVE_LIMIT', { path, what, limit: limits.maxBytes, key: 'max_archive_bytes' });
}

/** Throws ARCHIVE_LIMIT when `what` unpacks to suspiciously many times its packed size, as archive bombs do. */
export function checkRatio(
  path: string,
  what: string,
  sizes: { readonly unpackedBytes: number; readonly packedBytes: number },
  limits: ArchiveLimits,
): void {
  if (sizes.unpackedBytes <= sizes.packedBytes * limits.maxRatio) return;
  const ratio = Math.floor(sizes.unpackedBytes / Math.max(1, sizes.packedBytes));
  const key = 'max_archive_ratio';
  throw serveError('ARCHIVE_LIMIT', {
    path,
    what: `${what} unpacks to ${ratio} times its size`,
    limit: limits.maxRatio,
    key,
  });
}
