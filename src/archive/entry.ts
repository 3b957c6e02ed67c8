/** One file or folder met while an archive is read from front to back. Its name has been checked. */
export interface ArchiveEntry {
  /** Relative, with `/`, as it will lie on disk: without the top folder of a .tar.gz, folders without a final slash. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly sizeBytes: number;
  /** How the bytes are kept; `packedBytes` is known for zip only. */
  readonly packing: 'stored' | 'deflated' | 'gzip' | 'plain';
  readonly packedBytes?: number;
}

/**
 * Is shown every entry once. Must consume `bytes` to the end (there are none for a folder); a piece is only valid until
 * the next one is asked for. The checksum is compared when the bytes are through, so an entry is sound only after that.
 */
export type EntryVisitor = (entry: ArchiveEntry, bytes: AsyncIterable<Buffer>) => Promise<void>;
