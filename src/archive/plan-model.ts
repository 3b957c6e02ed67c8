import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { formatProblem, type ModelConfigReading, readModelConfig } from '../config/model-config.js';
import { serveError } from '../core/errors.js';
import { nameProblem } from './entry-names.js';
import { findExtraFiles } from './extra-files.js';
import { describeFault } from './faults.js';
import { builtInHandlers, handlerFile, type RuntimeName } from './handlers.js';
import { createdOn, MANIFEST_PATH, manifestText } from './manifest.js';
import { externalDataFiles } from './onnx-data.js';
import { checkDestination, createdMs, type Destination, type PackPlan, settleNames } from './plan.js';
import { checkServedModel } from './served-model.js';
import { type SourceFile, sourceFile } from './source-file.js';
import { archiverVersion } from './version.js';

/** What is to go into a model archive; the fields are torch-model-archiver's flags. Relative paths start at `folder`. */
export interface ModelRequest extends Destination {
  readonly kind: 'Model';
  readonly version: string;
  readonly handler: string;
  readonly runtime: RuntimeName;
  readonly serializedFile?: string;
  readonly modelFile?: string;
  readonly requirementsFile?: string;
  readonly configFile?: string;
  /** Single items: files, folders, wildcards. */
  readonly extraFiles: readonly string[];
  /** Paths below `folder` that keep their path in the archive. */
  readonly keptFiles?: readonly string[];
  /** Put in the manifest instead of the time of the newest file, seconds since 1970 (SOURCE_DATE_EPOCH). */
  readonly createdSec?: number;
}

type Warn = (message: string) => void;

/**
 * Finds and checks everything that goes into a model archive. Throws what `checkDestination` and `settleNames` throw,
 * HANDLER_MISMATCH, HANDLER_WITHOUT_MODEL, INPUT_MISSING, INPUT_UNREADABLE, EXTERNAL_DATA_MISSING or MODEL_CONFIG_INVALID.
 */
export async function planModelArchive(request: ModelRequest): Promise<PackPlan> {
  const warnings: string[] = [];
  const warn: Warn = (message) => warnings.push(message);
  const output = await checkDestination(request, warn);
  const named = await namedFiles(request);
  const config = await readCheckedConfig(request, warn);
  const extra = await findExtraFiles(request.extraFiles, request.folder, warn);
  const kept = await Promise.all(
    (request.keptFiles ?? []).map((path) => sourceFile(path, path, '--extra-files', request.folder)),
  );
  const files = settleNames([...named, ...extra, ...kept], output, MANIFEST_PATH);
  const { handler, runtime, serializedFile } = request;
  const names = files.map(({ name }) => name);
  checkServedModel({ handler, runtime, serializedFile, configured: configuredModel(config), names });
  return {
    name: request.name,
    output,
    format: request.format,
    force: request.force,
    files,
    totalBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    manifestPath: MANIFEST_PATH,
    manifestText: modelManifest(request, createdMs(files, request.createdSec)),
    warnings,
  };
}

async function namedFiles(request: ModelRequest): Promise<SourceFile[]> {
  const { folder, modelFile, serializedFile, requirementsFile, configFile } = request;
  const named = [
    [modelFile, '--model-file'],
    [serializedFile, '--serialized-file'],
    [requirementsFile, '--requirements-file'],
    [configFile, '--config-file'],
  ] as const;
  const files = [...(await handlerFiles(request))];
  for (const [path, flag] of named)
    if (path) files.push(await sourceFile(path, storedName(request, path), flag, folder));
  if (serializedFile?.endsWith('.onnx')) files.push(...(await dataFiles(request, serializedFile)));
  return files;
}

/** Named files lie at the root; those found in a sub-folder keep their path. */
function storedName(request: ModelRequest, path: string): string {
  return request.keptFiles?.includes(path) ? path : basename(path);
}

async function handlerFiles(request: ModelRequest): Promise<SourceFile[]> {
  const { handler, runtime, folder } = request;
  const path = handlerFile(handler, runtime);
  if (path === undefined) return [];
  if (runtime === 'node' && !/\.(js|mjs|cjs|ts|mts)$/.test(path))
    throw serveError('HANDLER_MISMATCH', {
      handler,
      runtime,
      reason: 'it is neither built in nor a .js, .mjs or .ts file',
      builtIn: builtInHandlers(runtime).join(', '),
    });
  try {
    return [await sourceFile(path, basename(path), '--handler', folder)];
  } catch (error) {
    if ((error as { code?: string }).code !== 'INPUT_MISSING' || /[./\\]/.test(handler)) throw error;
    const reason = `it is not built in, and there is no file ${path}`;
    const builtIn = builtInHandlers(runtime).join(', ');
    throw serveError('HANDLER_MISMATCH', { handler, runtime, reason, builtIn });
  }
}

/** Weights that an ONNX model keeps in files of their own; they must lie where the model looks for them. */
async function dataFiles(request: ModelRequest, model: string): Promise<SourceFile[]> {
  const base = dirname(storedName(request, model));
  const names = await externalDataFiles(resolve(request.folder, model)).catch(() => []);
  const files: SourceFile[] = [];
  for (const data of names) {
    const missing = (reason: string) => serveError('EXTERNAL_DATA_MISSING', { model, data, reason });
    const name = data.replace(/^(\.\/)+/, '');
    if (nameProblem(name)) throw missing('that is not inside the folder of the model');
    const path = join(dirname(model), name);
    const stored = base === '.' ? name : `${base}/${name}`;
    files.push(
      await sourceFile(path, stored, '--serialized-file', request.folder).catch(() => {
        throw missing('there is no such file that can be read');
      }),
    );
  }
  return files;
}

/** The model configuration, empty when there is none. */
async function readCheckedConfig(
  { configFile, folder }: ModelRequest,
  warn: Warn,
): Promise<ModelConfigReading['document']> {
  if (configFile === undefined) return {};
  const { path } = await sourceFile(configFile, basename(configFile), '--config-file', folder);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const reason = describeFault(error);
    throw serveError('INPUT_UNREADABLE', { path: configFile, flag: '--config-file', reason });
  });
  const { problems, document } = readModelConfig(text, basename(configFile));
  for (const problem of problems)
    if (problem.severity === 'warning') warn(formatProblem(problem, configFile));
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0)
    throw serveError('MODEL_CONFIG_INVALID', {
      file: configFile,
      problems: errors.map((problem) => formatProblem(problem, configFile)).join(' '),
    });
  return document;
}

/** The file that the configuration names for a built-in handler. */
function configuredModel({ handler }: ModelConfigReading['document']): unknown {
  return handler instanceof Object && 'model' in handler ? handler.model : undefined;
}

function modelManifest(request: ModelRequest, createdAtMs: number): string {
  const { name, version, handler, runtime, modelFile, serializedFile, requirementsFile, configFile } =
    request;
  const stored = (path: string | undefined) => path && storedName(request, path);
  return manifestText({
    createdOn: createdOn(createdAtMs),
    runtime,
    model: {
      modelName: name,
      serializedFile: stored(serializedFile),
      handler: basename(handler),
      modelFile: stored(modelFile),
      modelVersion: version,
      requirementsFile: stored(requirementsFile),
      configFile: stored(configFile),
    },
    archiverVersion: archiverVersion(),
  });
}
