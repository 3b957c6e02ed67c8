import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConfigProblem, readModelConfig } from '../config/model-config.js';
import { ServeError } from '../core/errors.js';
import type { ArchiveEntry, EntryVisitor } from './entry.js';
import { visitArchive } from './extract.js';
import { handlerFile, RUNTIMES, type RuntimeName } from './handlers.js';
import { DEFAULT_LIMITS } from './limits.js';
import { MANIFEST_PATH, type Manifest, parseManifest } from './manifest.js';
import { isFolder } from './open.js';
import { sourceTree } from './source-file.js';

/** What is in an archive, and what is wrong with it. */
export interface Inspection {
  readonly path: string;
  readonly format: 'zip' | 'tar.gz' | 'folder';
  /** Of the archive file; of all files for a folder. */
  readonly sizeBytes: number;
  /** In the archive's order; of a broken archive those up to the fault. */
  readonly entries: readonly ArchiveEntry[];
  /** The manifest's JSON as it stands, of a model or a workflow; undefined if there is none that can be read. */
  readonly manifest: unknown;
  readonly config:
    | { readonly file: string; readonly text: string; readonly problems: readonly ConfigProblem[] }
    | undefined;
  /** Empty for a sound archive. */
  readonly problems: readonly string[];
  /** The fault that stopped the reading, if one did. */
  readonly fault: ServeError | undefined;
}

/** Small texts that may be the manifest or the configuration, kept while the archive is read. */
type Texts = Map<string, string>;

const WORKFLOW_MANIFEST = 'WAR-INF/MANIFEST.json';
const KEPT_NAME = /(^|\/)(MANIFEST\.json|[^/]+\.ya?ml)$/;
const MAX_KEPT_BYTES = 256 * 1024;
const MAX_KEPT = 32;

/** Reads a whole archive and verifies it. Throws ARCHIVE_MISSING or ARCHIVE_UNREADABLE; a broken archive is a result. */
export async function inspectArchive(path: string, signal?: AbortSignal): Promise<Inspection> {
  const entries: ArchiveEntry[] = [];
  const texts: Texts = new Map();
  const folder = await isFolder(path);
  let fault: ServeError | undefined;
  try {
    if (folder) await visitFolder(path, collector(entries, texts));
    else await visitArchive(path, DEFAULT_LIMITS, collector(entries, texts), signal);
  } catch (error) {
    if (!(error instanceof ServeError)) throw error;
    fault = error;
  }
  const names = new Set(entries.map((entry) => entry.name));
  const reading = fault ? { manifest: anyManifest(texts), problems: [] } : readManifest(path, texts, names);
  const size = folder ? entries.reduce((sum, entry) => sum + entry.sizeBytes, 0) : (await stat(path)).size;
  return {
    path,
    format: folder ? 'folder' : /\.(mar|war)$/.test(path) ? 'zip' : 'tar.gz',
    sizeBytes: size,
    entries,
    manifest: reading.manifest,
    config: readConfig(reading.manifest, texts),
    problems: fault ? [fault.message] : reading.problems,
    fault,
  };
}

function collector(entries: ArchiveEntry[], texts: Texts): EntryVisitor {
  return async (entry, bytes) => {
    entries.push(entry);
    const keep = KEPT_NAME.test(entry.name) && entry.sizeBytes <= MAX_KEPT_BYTES && texts.size < MAX_KEPT;
    const pieces: Buffer[] = [];
    for await (const piece of bytes) if (keep) pieces.push(Buffer.from(piece));
    if (keep) texts.set(entry.name, Buffer.concat(pieces).toString('utf8'));
  };
}

async function visitFolder(path: string, visit: EntryVisitor): Promise<void> {
  for (const { name, sizeBytes } of await sourceTree(path, 'inspect')) {
    const bytes = async function* () {
      if (KEPT_NAME.test(name) && sizeBytes <= MAX_KEPT_BYTES) yield await readFile(join(path, name));
    };
    await visit({ name, kind: 'file', sizeBytes, packing: 'plain' }, bytes());
  }
}

function anyManifest(texts: Texts): unknown {
  const text = texts.get(MANIFEST_PATH) ?? texts.get(WORKFLOW_MANIFEST);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readManifest(
  path: string,
  texts: Texts,
  names: ReadonlySet<string>,
): { manifest: unknown; problems: string[] } {
  const manifest = anyManifest(texts);
  if (texts.has(WORKFLOW_MANIFEST)) return { manifest, problems: workflowProblems(manifest, names) };
  const text = texts.get(MANIFEST_PATH);
  if (text === undefined) return { manifest, problems: [`There is no ${MANIFEST_PATH}.`] };
  try {
    return { manifest, problems: modelProblems(parseManifest(text, path), names) };
  } catch (error) {
    if (!(error instanceof ServeError)) throw error;
    return { manifest, problems: [error.hint] };
  }
}

function modelProblems(manifest: Manifest, names: ReadonlySet<string>): string[] {
  const { model, runtime } = manifest;
  const problems: string[] = [];
  if (!model.modelName) problems.push('The manifest has no modelName.');
  if (!RUNTIMES.includes(runtime as RuntimeName))
    problems.push(`The manifest's runtime "${runtime}" is none of ${RUNTIMES.join(', ')}.`);
  else if (model.handler) {
    const file = handlerFile(model.handler, runtime as RuntimeName)?.replace(/:.*$/, '');
    if (file && !names.has(file))
      problems.push(`The handler ${model.handler} needs ${file}, which is missing.`);
  }
  for (const field of ['serializedFile', 'modelFile', 'requirementsFile', 'configFile'] as const) {
    const name = model[field];
    if (name && !names.has(name)) problems.push(`The manifest's ${field} ${name} is missing.`);
  }
  return problems;
}

function workflowProblems(manifest: unknown, names: ReadonlySet<string>): string[] {
  const workflow = (manifest as { workflow?: Record<string, unknown> } | undefined)?.workflow;
  if (!workflow?.workflowName) return ['The manifest has no workflowName.'];
  return ['specFile', 'handler']
    .map((field) => [field, workflow[field]] as const)
    .filter(([, name]) => typeof name === 'string' && !names.has(name))
    .map(([field, name]) => `The manifest's ${field} ${name} is missing.`);
}

function readConfig(manifest: unknown, texts: Texts): Inspection['config'] {
  const file = (manifest as { model?: { configFile?: unknown } } | undefined)?.model?.configFile;
  const text = typeof file === 'string' ? texts.get(file) : undefined;
  if (typeof file !== 'string' || text === undefined) return undefined;
  return { file, text, problems: readModelConfig(text, file).problems };
}
