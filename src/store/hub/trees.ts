import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { uniqueMark } from '../../archive/temporary.js';
import { makeFolder } from './folders.js';
import { checkNesting, checkPath, type HubFile } from './hub-file.js';
import type { Repo } from './repo.js';

/** A file's entry as Python's library writes it. */
interface StoredEntry {
  readonly size: number;
  readonly blob_id: string;
  readonly lfs_sha256?: string;
  readonly lfs_size?: number;
  readonly xet_hash?: string;
}

const VERSION = 1;

/**
 * Remembers the list of files of a commit beside the files, where Python's library does too: it tells both, without the
 * network, whether a snapshot is complete.
 */
export function writeTree(folder: string, commit: string, files: readonly HubFile[]): void {
  const sorted = [...files].sort((one, other) => (one.path < other.path ? -1 : 1));
  const entries = Object.fromEntries(sorted.map((file) => [file.path, asStored(file)]));
  const text = JSON.stringify({ format_version: VERSION, files: entries }, undefined, 1);
  replaceFile(treePath(folder, commit), text);
}

/** The list of files of a commit; undefined when there is none that can be read. */
export async function readTree(folder: string, commit: string, repo: Repo): Promise<HubFile[] | undefined> {
  try {
    const stored = JSON.parse(await readFile(treePath(folder, commit), 'utf8')) as {
      readonly format_version?: unknown;
      readonly files?: Record<string, StoredEntry>;
    };
    if (stored.format_version !== VERSION || !stored.files) return undefined;
    const files = Object.entries(stored.files).map(([path, entry]) => fromStored(path, entry));
    for (const { path } of files) checkPath(path, repo);
    checkNesting(files, repo);
    return files;
  } catch {
    // Missing, or another program's: the hub knows better.
    return undefined;
  }
}

/** Puts a small file in place as a whole; the unfinished one lies in `workFolder`, on the same disk. */
export function replaceFile(path: string, text: string, workFolder = dirname(path)): void {
  const temporary = join(workFolder, `${basename(path)}.${uniqueMark()}.tmp`);
  makeFolder(dirname(path));
  makeFolder(workFolder);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    clear(temporary);
    // The name of the unfinished one would tell the reader nothing.
    throw Object.assign(error as Error, { path });
  }
}

function clear(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Why it could not be made is what matters.
  }
}

function treePath(folder: string, commit: string): string {
  return join(folder, 'trees', `${commit}.json`);
}

function asStored({ sizeBytes, blobId, digest, xetHash }: HubFile): StoredEntry {
  const large = digest.algorithm === 'sha256' ? { lfs_sha256: digest.hex, lfs_size: sizeBytes } : {};
  return { size: sizeBytes, blob_id: blobId, ...large, ...(xetHash ? { xet_hash: xetHash } : {}) };
}

function fromStored(path: string, entry: StoredEntry): HubFile {
  const { blob_id: blobId, lfs_sha256: sha256, xet_hash: xetHash } = entry;
  const hex = sha256 ?? blobId;
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(hex) || !Number.isSafeInteger(entry.size))
    throw new Error(path);
  const algorithm = sha256 === undefined ? 'git-sha1' : 'sha256';
  const digest = { algorithm, hex } as const;
  return { path, sizeBytes: entry.lfs_size ?? entry.size, digest, blobId, ...(xetHash ? { xetHash } : {}) };
}
