import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { serveError } from '../../core/errors.js';
import { formatBytes } from '../../core/sizes.js';
import type { Snapshot } from '../../store/hub/pull.js';
import { packShown } from '../archive/build.js';

const FLAG = '--zip';

/** Refuses a path that cannot become the zip file, before anything is downloaded. Throws ARCHIVE_WRITE. */
export async function checkZipPath(path: string): Promise<void> {
  const output = resolve(path);
  const refuse = (reason: string) => serveError('ARCHIVE_WRITE', { path: output, reason });
  if ((await stat(output).catch(() => undefined))?.isDirectory()) throw refuse('it is a folder');
  const folder = await stat(dirname(output)).catch(() => undefined);
  if (!folder?.isDirectory()) throw refuse(`there is no folder ${dirname(output)}`);
}

/**
 * Packs the files of a snapshot, read where they lie, under their paths in it, and gives the absolute path of the zip file;
 * one that is there is replaced when the new one is whole. Throws what `packArchive` throws.
 */
export async function zipSnapshot(
  { folder, files }: Snapshot,
  path: string,
  output: { readonly quiet: boolean; readonly json: boolean },
): Promise<string> {
  const { sourceFile } = await import('../../archive/source-file.js');
  const sources = await Promise.all(
    files.map((file) => sourceFile(join(folder, file.path), file.path, FLAG, '/')),
  );
  const packed = await packShown(
    {
      name: 'snapshot',
      output: resolve(path),
      format: 'default',
      force: true,
      files: sources.sort((one, other) => (one.name < other.name ? -1 : 1)),
      totalBytes: sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      warnings: [],
    },
    output,
  );
  if (!output.quiet && !output.json)
    process.stderr.write(`${packed.path}: ${formatBytes(packed.sizeBytes)}, ${packed.fileCount} files\n`);
  return packed.path;
}
