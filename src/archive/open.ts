import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { serveError } from '../core/errors.js';
import { discoverLoose } from './discover.js';
import { nameProblem } from './entry-names.js';
import { extractArchive } from './extract.js';
import { describeFault } from './faults.js';
import type { ArchiveLimits } from './limits.js';
import { MANIFEST_PATH, type Manifest, parseManifest } from './manifest.js';

/** An archive as a folder that can be served. */
export interface OpenedArchive {
  /** Absolute; holds the model's files. */
  readonly directory: string;
  /** Undefined when there is no MAR-INF/MANIFEST.json. */
  readonly manifest: Manifest | undefined;
  /** The text of the file the manifest calls its configFile, if it is there. */
  readonly modelConfigText: string | undefined;
  /** Relative to `directory`. */
  readonly modelConfigFile: string | undefined;
  /** Whether `directory` is the user's own and not a copy. */
  readonly inPlace: boolean;
  /** Removes what was extracted; nothing when in place. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Parent of the folder `<32 hex digits>` an archive file is extracted to. */
  readonly into: string;
  readonly limits: ArchiveLimits;
  readonly signal?: AbortSignal;
}

/** A manifest or model-config.yaml beyond this is not read. */
const MAX_TEXT_BYTES = 1024 * 1024;
const FILE_FIELDS = ['serializedFile', 'modelFile', 'requirementsFile', 'configFile'] as const;

/**
 * Opens a model archive: a .mar as zip, any other file as .tar.gz, a folder in place. Every checksum is verified before
 * the folder appears. Throws ARCHIVE_MISSING, ARCHIVE_UNREADABLE, ARCHIVE_BROKEN, ARCHIVE_UNSAFE, ARCHIVE_LIMIT,
 * ARCHIVE_EXTRACT or MANIFEST_INVALID, and leaves nothing behind.
 */
export async function openArchive(path: string, options: OpenOptions): Promise<OpenedArchive> {
  if (await isFolder(path)) return readOpened(path, await innerFolder(resolve(path)), true);
  const directory = await extractArchive(path, options);
  try {
    return await readOpened(path, directory, false);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Opens what is no archive, in place: a plain .onnx file, or a model folder without a manifest, in which the files are
 * found by convention. Throws ARCHIVE_MISSING, ARCHIVE_UNREADABLE, DISCOVERY_EMPTY or DISCOVERY_AMBIGUOUS.
 */
export async function openLoose(path: string): Promise<OpenedArchive> {
  const { directory, manifest } = await discoverLoose(path, await isFolder(path));
  const { configFile } = manifest.model;
  return {
    directory,
    manifest,
    modelConfigText: configFile === undefined ? undefined : await readText(path, join(directory, configFile)),
    modelConfigFile: configFile,
    inPlace: true,
    close: async () => undefined,
  };
}

/** Whether a path is a folder; throws ARCHIVE_MISSING or ARCHIVE_UNREADABLE when it is neither folder nor file. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory())
      throw serveError('ARCHIVE_UNREADABLE', { path, reason: 'it is neither a file nor a folder' });
    return found.isDirectory();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw serveError('ARCHIVE_MISSING', { path });
    if (!syscall) throw error;
    throw serveError('ARCHIVE_UNREADABLE', { path, reason: describeFault(error) }, { cause: error });
  }
}

/** TorchServe's rule: a folder that holds nothing but one folder stands for that one, unless that is MAR-INF. */
async function innerFolder(folder: string): Promise<string> {
  const [only, ...others] = await readdir(folder, { withFileTypes: true });
  if (!only?.isDirectory() || others.length > 0 || only.name === dirname(MANIFEST_PATH)) return folder;
  return join(folder, only.name);
}

async function readOpened(path: string, directory: string, inPlace: boolean): Promise<OpenedArchive> {
  const text = await readText(path, join(directory, MANIFEST_PATH));
  const manifest = text === undefined ? undefined : parseManifest(text, path);
  for (const field of FILE_FIELDS) checkInside(path, manifest?.model[field]);
  const modelConfigFile = manifest?.model.configFile;
  return {
    directory,
    manifest,
    modelConfigText: modelConfigFile && (await readText(path, join(directory, modelConfigFile))),
    modelConfigFile,
    inPlace,
    close: async () => {
      if (!inPlace) await rm(directory, { recursive: true, force: true });
    },
  };
}

function checkInside(path: string, name: string | undefined): void {
  const problem = name ? nameProblem(name) : undefined;
  if (problem) throw serveError('ARCHIVE_UNSAFE', { path, reason: `its manifest is wrong: ${problem}` });
}

/** The text of a small file, or undefined when there is none. */
async function readText(path: string, file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size > MAX_TEXT_BYTES)
      throw serveError('ARCHIVE_BROKEN', {
        path,
        reason: `its ${basename(file)} has ${size} bytes, which no such file needs`,
      });
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (!syscall) throw error;
    throw serveError('ARCHIVE_UNREADABLE', { path: file, reason: describeFault(error) }, { cause: error });
  }
}
