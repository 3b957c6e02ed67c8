import type { HubFile } from './hub-file.js';
import type { Partial } from './partial-files.js';

/** Where the files of one commit are put. Paths are absolute. */
export interface Destination {
  /** The folder that is shown to the user. */
  readonly folder: string;
  /** Whether nothing of the repository is there, so that no file need be looked for. */
  readonly isEmpty: boolean;
  /** Whether all bytes of a file are there. */
  has(file: HubFile): Promise<boolean>;
  /** What an earlier run has left of a file. */
  partial(file: HubFile): Promise<Partial | undefined>;
  /**
   * Makes the folders, once before the first file, and notes what the whole commit holds, so that a snapshot that is not
   * complete can be told from one that is.
   */
  prepare(all: readonly HubFile[]): Promise<void>;
  /** Path of the lock that other programs take for a file. */
  lockPath(file: HubFile): string;
  /** A path for the unfinished file; what an earlier run has left is there already, unless `anew`. */
  claim(file: HubFile, anew: boolean): Promise<string>;
  /** Puts a whole and verified file in its place. */
  place(file: HubFile, unfinished: string): Promise<void>;
  /** Makes a file visible whose bytes are there. */
  show(file: HubFile): Promise<void>;
  /** When every file is in place: what makes the snapshot found. */
  finish(): Promise<void>;
}

/** Smaller files are fetched faster than a lock is taken; to fetch one twice does no harm. */
const LOCK_FROM_BYTES = 16 * 1024 * 1024;

/** Whether a file is worth the lock that keeps programs from fetching it at the same time. */
export function isLocked({ sizeBytes }: HubFile): boolean {
  return sizeBytes >= LOCK_FROM_BYTES;
}
