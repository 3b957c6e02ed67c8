import { rm } from 'node:fs/promises';
import { type OpenedArchive, openArchive, openLoose } from '../archive/open.js';
import { type ModelSettings, type RegisterParameters, settingsForModel } from '../config/for-model.js';
import { keysWithoutEffect, type ModelConfigReading, readModelConfig } from '../config/model-config.js';
import { type ErrorCode, ServeError, serveError } from '../core/errors.js';
import type { Runtime } from '../runtimes/runtime.js';
import { schedulingNotices } from '../scheduling/scheduler.js';
import type { Fetched, FetchOptions } from '../store/model-store.js';
import { ModelVersion, type ModelVersionOptions } from './model-version.js';
import type { Registry } from './registry.js';
import type { ModelServices } from './services.js';
import { checkWorkerCounts } from './worker-limit.js';

/** What is to be registered. */
export interface Registration {
  readonly url: string;
  /** In place of the manifest's. */
  readonly modelName?: string;
  readonly parameters: RegisterParameters;
  /** The operator's models are loaded at start; only they may lie outside the store and take their file's name. */
  readonly by: 'api' | 'operator';
  /** Where an operator's relative paths are looked for first. */
  readonly cwd?: string;
}

/** TorchServe's words for workers that this version does not start yet. */
const OTHER_RUNTIMES = ['LSP'];
const DEFAULT_VERSION = '1.0';

/**
 * The registering line: fetch → open → settings → runtime, which makes ready what it needs → a version in the registry,
 * without workers yet. When a step fails, nothing of it is left.
 *
 * @throws ServeError of the store, the archive and the runtime; BAD_RUNTIME, RUNTIME_UNDEFINED, RUNTIME_MISSING,
 *   MODEL_NAME_UNDEFINED, MODEL_ALREADY_REGISTERED, TOO_MANY_WORKERS
 */
export async function registerModel(
  registration: Registration,
  registry: Registry,
  services: ModelServices,
): Promise<ModelVersion> {
  const { by, cwd, parameters } = registration;
  if (parameters.runtime !== undefined) checkRuntimeWord(parameters.runtime, services.runtimes);
  const place: FetchOptions = { by, cwd };
  const fetched = await services.store.fetch(registration.url, place);
  let opened: OpenedArchive | undefined;
  let runtime: Runtime | undefined;
  try {
    opened = await open(fetched, registration, services);
    const planned = planVersion(registration, fetched, opened, registry, services);
    registry.checkFree(planned.name, planned.version);
    runtime = await prepareRuntime(planned, opened, services);
    const version = new ModelVersion({ ...planned, runtime });
    registry.add(version);
    const { name: model, version: number } = version;
    services.hub.emit('model.changed', { model, version: number, change: 'registered' });
    return version;
  } catch (thrown) {
    await runtime?.release?.();
    await opened?.close();
    if (fetched.remote) await rm(fetched.path, { force: true });
    throw thrown;
  }
}

async function open(
  { path, url }: Fetched,
  { by, modelName }: Registration,
  { settings, extractInto, log }: ModelServices,
): Promise<OpenedArchive> {
  if (path.endsWith('.onnx')) return openLoose(path);
  const { maxArchiveBytes, maxArchiveEntries, maxArchiveRatio } = settings;
  try {
    const opened = await openArchive(path, {
      into: extractInto,
      limits: { maxBytes: maxArchiveBytes, maxEntries: maxArchiveEntries, maxRatio: maxArchiveRatio },
    });
    return opened.inPlace && !opened.manifest ? await openFolder(path, opened, by) : opened;
  } catch (thrown) {
    if (by === 'operator' || modelName || !isCode(thrown, 'ARCHIVE_BROKEN')) throw thrown;
    // To TorchServe such a file is an archive with nothing in it, and clients know these words.
    log.error(thrown instanceof Error ? thrown.message : String(thrown));
    throw serveError('MODEL_NAME_UNDEFINED', { url }, { cause: thrown });
  }
}

/** A folder without a manifest: by its files, if they say what to serve. */
async function openFolder(
  path: string,
  opened: OpenedArchive,
  by: Registration['by'],
): Promise<OpenedArchive> {
  try {
    return await openLoose(path);
  } catch (thrown) {
    if (by === 'api' && isCode(thrown, 'DISCOVERY_EMPTY')) return opened;
    throw thrown;
  }
}

function isCode(thrown: unknown, code: ErrorCode): boolean {
  return thrown instanceof ServeError && thrown.code === code;
}

function planVersion(
  registration: Registration,
  fetched: Fetched,
  opened: OpenedArchive,
  registry: Registry,
  services: ModelServices,
): ModelVersionOptions {
  const { parameters, by } = registration;
  const name = nameOf(registration, fetched, opened);
  const version = opened.manifest?.model.modelVersion ?? DEFAULT_VERSION;
  const reading = readConfig(opened, name, services);
  const { settings, cores, placement } = services;
  const modelSettings = settingsForModel({
    settings,
    name,
    version,
    config: reading?.config,
    parameters,
    atStartup: by === 'operator',
    cores,
    gpus: placement.devices.length,
  });
  checkWorkerCounts(name, modelSettings, settings);
  for (const notice of schedulingNotices(modelSettings)) services.log.warn(`Model ${name}: ${notice}`);
  const runtimeName = opened.manifest?.runtime ?? 'python';
  return {
    name,
    version,
    fetched,
    opened,
    runtimeName,
    runtime: runtimeOf(modelSettings.runtime ?? runtimeName, name, services.runtimes),
    handler: modelSettings.handler ?? opened.manifest?.model.handler ?? settings.defaultServiceHandler ?? '',
    modelConfig: reading?.document ?? {},
    settings: modelSettings,
    loadedAtStartup: by === 'operator',
    threads: () => threadsFor(modelSettings, registry, cores),
    services,
  };
}

/** What the runtime needs for this model beside its archive; may take as long as an installation takes. */
async function prepareRuntime(
  { name, version, runtime, runtimeName, settings: modelSettings }: ModelVersionOptions,
  { directory, manifest }: OpenedArchive,
  { settings, environment, hub }: ModelServices,
): Promise<Runtime> {
  if (!runtime.prepare) return runtime;
  return runtime.prepare({
    model: name,
    version,
    directory,
    requirementsFile: manifest?.model.requirementsFile,
    word: modelSettings.runtime ?? runtimeName,
    useVenv: modelSettings.useVenv,
    settings,
    environment,
    onLine: (stream, line) => hub.emit('model.output', { model: name, version, stream, line }),
  });
}

function nameOf({ modelName, by }: Registration, fetched: Fetched, { manifest }: OpenedArchive): string {
  const name = modelName || manifest?.model.modelName;
  if (name) return name;
  // A manifest that says nothing, or none at all: only the operator's files may be known by their names.
  if (by === 'operator') return fetched.name;
  throw serveError('MODEL_NAME_UNDEFINED', { url: fetched.url });
}

/** Problems are told to the operator; a file that is no YAML counts as if it were not there, as in TorchServe. */
function readConfig(
  { modelConfigText, modelConfigFile }: OpenedArchive,
  model: string,
  { log }: ModelServices,
): ModelConfigReading | undefined {
  if (modelConfigText === undefined) return undefined;
  const file = modelConfigFile ?? 'model-config.yaml';
  const reading = readModelConfig(modelConfigText, file);
  for (const { severity, line, column, message } of reading.problems) {
    const text = `${file} of model ${model}, line ${line}, column ${column}: ${message}`;
    if (severity === 'error') log.error(text);
    else log.warn(text);
  }
  const idle = keysWithoutEffect(reading.config);
  if (idle.length > 0)
    log.warn(`${file} of model ${model}: without effect in this version: ${idle.join(', ')}`);
  return reading;
}

function checkRuntimeWord(word: string, runtimes: readonly Runtime[]): void {
  if (OTHER_RUNTIMES.includes(word) || runtimes.some(({ names }) => names.includes(word))) return;
  throw serveError('BAD_RUNTIME', { runtime: word });
}

function runtimeOf(word: string, model: string, runtimes: readonly Runtime[]): Runtime {
  const runtime = runtimes.find(({ names }) => names.includes(word));
  if (runtime) return runtime;
  const known = runtimes.flatMap(({ names }) => names).join(', ');
  const code = OTHER_RUNTIMES.includes(word) ? 'RUNTIME_MISSING' : 'RUNTIME_UNDEFINED';
  throw serveError(code, { model, runtime: word, known });
}

/** The model's own number, or an equal share of the CPUs for every worker there is to be. */
function threadsFor({ threads }: ModelSettings, registry: Registry, cores: number): number {
  if (threads !== undefined) return threads;
  const workers = registry.all().reduce((sum, { wantedWorkers }) => sum + wantedWorkers, 0);
  return Math.max(1, Math.floor(cores / Math.max(1, workers)));
}
