import { nameProblem } from '../../archive/entry-names.js';
import { type ServeError, serveError } from '../../core/errors.js';
import type { Repo } from './repo.js';

/** What the bytes of a file must hash to. */
export interface Digest {
  /** `git-sha1` is git's own: over `blob <size>\0` and the bytes. */
  readonly algorithm: 'sha256' | 'git-sha1';
  readonly hex: string;
}

/** A file of a repository at one commit. */
export interface HubFile {
  /** Relative, with `/`; checked to stay inside the folder. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
  /** The git id of the file, or of its pointer for large files. */
  readonly blobId: string;
  /** Its name in the hub's newer storage, when it lies there. */
  readonly xetHash?: string;
}

interface TreeEntry {
  readonly type?: unknown;
  readonly path?: unknown;
  readonly size?: unknown;
  readonly oid?: unknown;
  readonly lfs?: { readonly oid?: unknown; readonly size?: unknown };
  readonly xetHash?: unknown;
}

/** One entry of the hub's list; undefined for a folder. Throws what `fault` makes, or HUB_FILE_NAME. */
export function parseTreeEntry(
  entry: unknown,
  repo: Repo,
  fault: (reason: string) => Error,
): HubFile | undefined {
  const { type, path, size, oid, lfs, xetHash } = (entry ?? {}) as TreeEntry;
  if (type === 'directory') return undefined;
  if (typeof path !== 'string') throw fault('a file has no path');
  checkPath(path, repo);
  const shown = JSON.stringify(path);
  const sizeBytes = lfs?.size ?? size;
  if (!Number.isSafeInteger(sizeBytes) || (sizeBytes as number) < 0) throw fault(`${shown} has no size`);
  if (!isHex(oid, 40)) throw fault(`${shown} has no id`);
  if (lfs && !isHex(lfs.oid, 64)) throw fault(`${shown} has no checksum`);
  return {
    path,
    sizeBytes: sizeBytes as number,
    digest: lfs
      ? { algorithm: 'sha256', hex: lfs.oid as string }
      : { algorithm: 'git-sha1', hex: oid as string },
    blobId: oid as string,
    ...(isHex(xetHash, 64) ? { xetHash } : {}),
  };
}

/** Throws HUB_FILE_NAME when a path could leave the folder it is put in, or cannot be a path everywhere. */
export function checkPath(path: string, repo: Repo): void {
  const problem =
    nameProblem(path) ?? (path.endsWith('/') ? `the name ${JSON.stringify(path)} ends with /` : undefined);
  if (problem) throw unsafe(repo, problem);
}

/** Throws HUB_FILE_NAME when one file's path goes through another file. */
export function checkNesting(files: readonly HubFile[], repo: Repo): void {
  const paths = new Set(files.map(({ path }) => path));
  for (const { path } of files)
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1))
      if (paths.has(path.slice(0, at)))
        throw unsafe(repo, `${JSON.stringify(path.slice(0, at))} is both a file and a folder`);
}

/** Throws HUB_FILE_NAME when a file of a plain folder would lie among the notes about the files. */
export function checkBesideNotes(files: readonly HubFile[], repo: Repo): void {
  const among = files.find(({ path }) => /^\.cache\/huggingface(\/|$)/i.test(path));
  if (among) throw unsafe(repo, `${JSON.stringify(among.path)} is a place for notes in a plain folder`);
}

function unsafe({ id }: Repo, reason: string): ServeError {
  return serveError('HUB_FILE_NAME', { repo: id, reason });
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value);
}
