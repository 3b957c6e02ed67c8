import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { serveError } from '../core/errors.js';
import { EntryNames } from './entry-names.js';
import type { SourceFile } from './source-file.js';

export const ARCHIVE_FORMATS = ['default', 'zip-store', 'tgz', 'no-archive'] as const;
export type ArchiveFormat = (typeof ARCHIVE_FORMATS)[number];

/** Where an archive goes and how it is written. */
export interface Destination {
  /** Model or workflow name; the archive is named after it. */
  readonly name: string;
  readonly kind: 'Model' | 'Workflow';
  /** Folder the archive is written to; it must exist. */
  readonly exportPath: string;
  readonly format: ArchiveFormat;
  /** Whether an archive of that name may be replaced. */
  readonly force: boolean;
  /** Folder that relative paths start at. */
  readonly folder: string;
}

/** Everything that is needed to write an archive; all that can be checked beforehand has been. */
export interface PackPlan {
  readonly name: string;
  /** Absolute path of the archive. */
  readonly output: string;
  readonly format: ArchiveFormat;
  readonly force: boolean;
  readonly files: readonly SourceFile[];
  /** Sum over `files`. */
  readonly totalBytes: number;
  /** `MAR-INF/MANIFEST.json` or `WAR-INF/MANIFEST.json`; written last. */
  readonly manifestPath: string;
  readonly manifestText: string;
  /** What the user should know, though it stops nothing. */
  readonly warnings: readonly string[];
}

const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_\\-.]*$';
const ENDINGS: Readonly<Record<ArchiveFormat, string>> = {
  default: '.mar',
  'zip-store': '.mar',
  tgz: '.tar.gz',
  'no-archive': '',
};

/**
 * Checks the name and the place, and gives the absolute path of the archive.
 * Throws NAME_INVALID, EXPORT_PATH_INVALID, ARCHIVE_EXISTS or ARCHIVE_FOLDER_IN_USE.
 */
export async function checkDestination(
  destination: Destination,
  warn: (message: string) => void,
): Promise<string> {
  const { name, kind, exportPath, format, force, folder } = destination;
  if (!new RegExp(NAME_PATTERN).test(name))
    throw serveError('NAME_INVALID', { kind, noun: kind.toLowerCase(), pattern: NAME_PATTERN });
  const place = resolve(folder, exportPath);
  if (!(await stat(place).catch(() => undefined))?.isDirectory())
    throw serveError('EXPORT_PATH_INVALID', { path: exportPath });
  const output = join(place, name + (kind === 'Workflow' ? '.war' : ENDINGS[format]));
  const there = await stat(output).catch(() => undefined);
  if (there && !force) throw serveError('ARCHIVE_EXISTS', { path: output });
  if (there && there.isDirectory() !== (format === 'no-archive'))
    throw serveError('ARCHIVE_FOLDER_IN_USE', {
      path: output,
      reason: there.isDirectory() ? 'it is a folder' : 'it is a file, and no-archive writes a folder',
    });
  if (there) await checkReplaceable(output, there.isDirectory());
  if (there) warn(`Overwriting ${output} ...`);
  return output;
}

/**
 * The files in the order of the archive: each once, none under a name that another one has, and never the archive that
 * is being replaced. Throws INPUT_CLASH, INPUT_NAME or ARCHIVE_FOLDER_IN_USE.
 */
export function settleNames(
  files: readonly SourceFile[],
  output: string,
  manifestPath: string,
): readonly SourceFile[] {
  const settled = new Map<string, SourceFile>();
  const names = new EntryNames();
  names.add(manifestPath, 'file');
  for (const file of files) {
    const earlier = settled.get(file.name);
    if (earlier?.path === file.path || file.path === output || file.name === manifestPath) continue;
    if (earlier) throw serveError('INPUT_CLASH', { one: earlier.path, other: file.path, name: file.name });
    const problem = names.add(file.name, 'file');
    if (problem) throw serveError('INPUT_NAME', { path: file.path, reason: problem });
    if (!relative(output, file.path).startsWith('..'))
      throw serveError('ARCHIVE_FOLDER_IN_USE', {
        path: output,
        reason: `${file.path}, which is to be archived, lies in it`,
      });
    settled.set(file.name, file);
  }
  return [...settled.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** When an archive counts as created: the same input gives the same bytes, so not now. Ms since 1970. */
export function createdMs(files: readonly SourceFile[], createdSec: number | undefined): number {
  if (createdSec !== undefined) return createdSec * 1000;
  return Math.max(0, ...files.map((file) => file.modifiedMs));
}

/** With no-archive a folder is replaced as a whole, so it must be one that was made this way. */
async function checkReplaceable(output: string, folder: boolean): Promise<void> {
  if (!folder) return;
  const names = await readdir(output);
  if (names.length === 0 || names.includes('MAR-INF')) return;
  throw serveError('ARCHIVE_FOLDER_IN_USE', {
    path: output,
    reason: 'it is a folder without MAR-INF, so it was not made by an archiver',
  });
}
