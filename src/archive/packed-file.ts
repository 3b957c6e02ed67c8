/** One file on its way into an archive; its name has been checked. */
export interface PackedFile {
  /** Relative to the archive's root, with `/`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Whether deflating it is worth the time. */
  readonly deflate: boolean;
  /** Exactly `sizeBytes` bytes, or it throws; a piece is only valid until the next one is asked for. */
  chunks(): AsyncIterable<Buffer>;
}
