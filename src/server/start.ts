import { dumpSettings } from '../config/dump.js';
import type { ResolvedSettings } from '../config/resolve.js';
import { type ServeError, serveError } from '../core/errors.js';
import type { ModelVersion } from '../models/model-version.js';
import { type BuildOptions, build, type Parts } from './build.js';
import { exampleCall } from './example.js';
import { type Addresses, type Listeners, openListeners } from './listeners.js';
import { type LoadingModel, loadModels, type ModelToLoad, modelsOfList } from './load.js';
import { abandonServer, cutOff, stopServer } from './stop.js';

export interface StartOptions extends Pick<BuildOptions, 'console' | 'env'> {
  readonly resolved: ResolvedSettings;
  /** In place of `load_models`, when there are any. */
  readonly models: readonly ModelToLoad[];
}

/** A model as the operator is told of it. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  /** Workers that are to run, and those that can take requests now. */
  readonly workers: number;
  readonly readyWorkers: number;
  readonly device: 'cpu' | 'gpu';
  /** A curl line that asks it; undefined while it has no worker that is ready. */
  example(): Promise<string | undefined>;
}

/** A server that listens. */
export interface RunningServer {
  readonly addresses: Addresses;
  /** What was loaded at start. */
  readonly models: readonly ServedModel[];
  /** Log lines that wait are written before it returns. */
  flush(): void;
  /** Resolves when the workers of all models are ready or given up for now. Rejects, with the server stopped, when a required model has none. */
  ready(): Promise<void>;
  /** Refuses what is new, answers what is under way within `drain_timeout`, ends every process. */
  stop(): Promise<void>;
  /** Ends every process at once. */
  kill(): Promise<void>;
}

/**
 * Builds a server, loads its models, and listens. When anything fails nothing is left running.
 *
 * @throws ServeError of the models that are required, ADDRESS_IN_USE, ADDRESS_UNUSABLE, LOG_FOLDER, RECORD_FILE, VISIBLE_DEVICES_INVALID
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { resolved, console, env } = options;
  const parts = await build({ settings: resolved.settings, console, env });
  let listeners: Listeners | undefined;
  try {
    const loading = await load(options, parts);
    listeners = await openListeners(parts.services, parts.record);
    parts.logs.server.info('Model server started.');
    clearWhenLoaded(parts, loading);
    return running(parts, listeners, loading);
  } catch (thrown) {
    // What killed servers left may be why there was no room for this one; the next is to have it.
    await parts.folder.clearAbandoned(parts.logs.server);
    await abandonServer(parts, listeners);
    throw thrown;
  }
}

async function load({ resolved, models }: StartOptions, parts: Parts): Promise<readonly LoadingModel[]> {
  const { log } = parts.services.models;
  for (const line of dumpSettings(resolved)) log.info(line);
  for (const warning of resolved.warnings) log.warn(warning);
  const wanted =
    models.length > 0 ? models : await modelsOfList(resolved.settings.loadModels, parts.services);
  return loadModels(wanted, parts.services);
}

/** Nothing of a start waits for what killed servers left, nor has to share the disk with its removal. */
function clearWhenLoaded({ folder, logs }: Parts, loading: readonly LoadingModel[]): void {
  void Promise.all(loading.map(({ workers }) => workers)).then(() => folder.clearAbandoned(logs.server));
}

function running(parts: Parts, listeners: Listeners, loading: readonly LoadingModel[]): RunningServer {
  const { log } = parts.services.models;
  for (const { version, required, workers } of loading)
    workers.then((error) => error && !required && log.error(`${version.name}: ${reasonOf(error)}`));
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopServer(parts, listeners);
    return stopping;
  };
  return {
    addresses: listeners.addresses,
    models: loading.map(({ version }) => served(version, listeners)),
    flush() {
      parts.record?.flush();
      parts.logs.flush();
    },
    async ready() {
      const outcomes = await Promise.all(loading.map(async (one) => ({ ...one, error: await one.workers })));
      const failed = outcomes.find(({ required, error }) => required && error);
      if (!failed?.error || stopping) return;
      const reason = reasonOf(failed.error);
      await abandonServer(parts, listeners);
      throw serveError('MODEL_NOT_STARTED', { model: failed.version.name, reason });
    },
    stop,
    async kill() {
      if (stopping) await cutOff(parts, listeners);
      stopping ??= abandonServer(parts, listeners);
      await stopping;
    },
  };
}

function served(version: ModelVersion, { addresses }: Listeners): ServedModel {
  const { name, version: number, group, onGpu } = version;
  const ready = () => group.workers.filter(({ state }) => state === 'ready').length;
  return {
    name,
    version: number,
    workers: group.minWorkers,
    get readyWorkers() {
      return ready();
    },
    device: onGpu ? 'gpu' : 'cpu',
    example: async () => (ready() > 0 ? exampleCall(version, addresses.inference ?? '') : undefined),
  };
}

function reasonOf(error: ServeError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
