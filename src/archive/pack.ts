import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { serveError } from '../core/errors.js';
import { OutputFile, readChunks } from './chunks.js';
import { isCompressible } from './compressible.js';
import { describeFault } from './faults.js';
import { writeFolder } from './formats/directory.js';
import type { PackedFile } from './packed-file.js';
import type { PackPlan } from './plan.js';
import type { SourceFile } from './source-file.js';
import { writeTgz } from './tar/write.js';
import { clearStale, temporaryPath } from './temporary.js';
import { writeZip } from './zip/write.js';

export interface PackOptions {
  /** Called after every piece of some 1 MiB. */
  readonly onProgress?: (doneBytes: number) => void;
  readonly signal?: AbortSignal;
}

/** What packing needs of a plan. Without a manifest the files are packed alone. */
export type PackJob = Pick<PackPlan, 'name' | 'output' | 'format' | 'force' | 'files'> &
  Partial<Pick<PackPlan, 'manifestPath' | 'manifestText'>>;

/** What was written. */
export interface PackedArchive {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Files in it, the manifest included. */
  readonly fileCount: number;
}

/**
 * Writes an archive in constant memory, under a temporary name that becomes the final one when everything is there.
 * Throws ARCHIVE_WRITE, INPUT_UNREADABLE, INPUT_CHANGED or ARCHIVE_CANCELLED, and leaves nothing behind.
 */
export async function packArchive(plan: PackJob, options: PackOptions = {}): Promise<PackedArchive> {
  const partial = temporaryPath(plan.output, 'part');
  try {
    await clearStale(dirname(plan.output));
    const files = await packedFiles(plan, options);
    const sizeBytes = await write(plan, partial, files);
    options.signal?.throwIfAborted();
    await publish(plan, partial);
    return { path: plan.output, sizeBytes, fileCount: files.length };
  } catch (error) {
    // What went wrong first is what the user must hear of.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw asPackError(plan, error, options.signal);
  }
}

async function write(plan: PackJob, partial: string, files: readonly PackedFile[]): Promise<number> {
  if (plan.format === 'no-archive') {
    await mkdir(partial);
    return writeFolder(files, partial);
  }
  const file = await open(partial, 'wx');
  try {
    const output = new OutputFile(file);
    await (plan.format === 'tgz' ? writeTgz(files, plan.name, output) : writeZip(files, output));
    return output.sizeBytes;
  } finally {
    await file.close();
  }
}

/** The last step. A folder cannot be replaced by a single rename, so the old one steps aside first. */
async function publish(plan: PackJob, partial: string): Promise<void> {
  const there = await stat(plan.output).catch(() => undefined);
  if (there && !plan.force) throw serveError('ARCHIVE_EXISTS', { path: plan.output });
  if (!there?.isDirectory()) {
    await rename(partial, plan.output);
    return;
  }
  const old = temporaryPath(plan.output, 'old');
  await rename(plan.output, old);
  await rename(partial, plan.output);
  await rm(old, { recursive: true, force: true });
}

async function packedFiles(plan: PackJob, options: PackOptions): Promise<PackedFile[]> {
  const progress = { doneBytes: 0 };
  const files: PackedFile[] = [];
  for (const source of plan.files)
    files.push({
      name: source.name,
      sizeBytes: source.sizeBytes,
      deflate: plan.format !== 'zip-store' && (await reading(source, () => compressible(source))),
      chunks: () => sourceChunks(source, progress, options),
    });
  if (plan.manifestPath === undefined || plan.manifestText === undefined) return files;
  const manifest = Buffer.from(plan.manifestText);
  files.push({
    name: plan.manifestPath,
    sizeBytes: manifest.length,
    deflate: plan.format !== 'zip-store',
    chunks: async function* () {
      yield manifest;
    },
  });
  return files;
}

function compressible({ path, sizeBytes }: SourceFile): Promise<boolean> {
  return isCompressible(path, sizeBytes);
}

/** The bytes of one file, exactly as many as were planned. */
async function* sourceChunks(
  source: SourceFile,
  progress: { doneBytes: number },
  { onProgress, signal }: PackOptions,
): AsyncGenerator<Buffer> {
  const file = await reading(source, () => open(source.path));
  let seenBytes = 0;
  try {
    await checkSize(source, file);
    for await (const chunk of readChunks(file, 0, source.sizeBytes)) {
      signal?.throwIfAborted();
      seenBytes += chunk.length;
      yield chunk;
      progress.doneBytes += chunk.length;
      onProgress?.(progress.doneBytes);
    }
    await checkSize(source, file);
    if (seenBytes !== source.sizeBytes) throw serveError('INPUT_CHANGED', { path: source.path });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall ? unreadable(source, error) : error;
  } finally {
    await file.close();
  }
}

async function checkSize(source: SourceFile, file: FileHandle): Promise<void> {
  const { size, mtimeMs } = await file.stat();
  if (size !== source.sizeBytes || mtimeMs !== source.modifiedMs)
    throw serveError('INPUT_CHANGED', { path: source.path });
}

async function reading<Result>(source: SourceFile, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw unreadable(source, error);
  }
}

function unreadable({ path, flag }: SourceFile, error: unknown): Error {
  return serveError('INPUT_UNREADABLE', { path, flag, reason: describeFault(error) }, { cause: error });
}

function asPackError(plan: PackJob, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return serveError('ARCHIVE_CANCELLED', { path: plan.output }, { cause: error });
  if (!(error as NodeJS.ErrnoException).syscall) return error;
  return serveError('ARCHIVE_WRITE', { path: plan.output, reason: describeFault(error) }, { cause: error });
}
