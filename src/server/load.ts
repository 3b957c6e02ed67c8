import type { ApiServices } from '../api/services.js';
import { asServeError, type ServeError } from '../core/errors.js';
import type { ModelVersion } from '../models/model-version.js';
import { registerModel } from '../models/register.js';
import type { StartWorker } from '../workers/group.js';

/** A model to be served from the start. */
export interface ModelToLoad {
  /** File, folder or URL. */
  readonly url: string;
  /** In place of the manifest's name. */
  readonly name?: string | undefined;
  /** The server must not start without it; others are left out with a line in the log, as in TorchServe. */
  readonly required: boolean;
  /** Where a relative path is looked for before the model store; absent: in the store alone. */
  readonly cwd?: string | undefined;
}

/** A model whose workers are on their way. */
export interface LoadingModel {
  readonly version: ModelVersion;
  readonly required: boolean;
  /** Resolves when its workers are ready, or with the reason why they are not. */
  readonly workers: Promise<ServeError | undefined>;
}

/**
 * Registers the models in order and starts their workers, without waiting for these: the first of every model before the
 * second of any, so that each model answers soon. Throws what a required one fails with.
 */
export async function loadModels(
  models: readonly ModelToLoad[],
  services: ApiServices,
): Promise<LoadingModel[]> {
  const registered: { readonly version: ModelVersion; readonly required: boolean }[] = [];
  for (const model of models) {
    const version = await register(model, services);
    if (version) registered.push({ version, required: model.required });
  }
  // Only now is it known how many workers share the CPUs.
  const starts: { readonly nth: number; readonly begin: () => void }[] = [];
  const inTurn: StartWorker = (nth, begin) => starts.push({ nth, begin });
  const loading = registered.map(({ version, required }) => {
    const { minWorkers, maxWorkers } = version.settings;
    const workers = version.scale(minWorkers, maxWorkers, inTurn).then(() => undefined, asServeError);
    return { version, required, workers };
  });
  for (const { begin } of starts.sort((one, other) => one.nth - other.nth)) begin();
  return loading;
}

async function register(model: ModelToLoad, services: ApiServices): Promise<ModelVersion | undefined> {
  const { url, name, cwd, required } = model;
  const { registry, models } = services;
  try {
    const registration = { url, modelName: name, parameters: {}, by: 'operator', cwd } as const;
    return await registerModel(registration, registry, models);
  } catch (thrown) {
    if (required) throw thrown;
    const { message, hint } = asServeError(thrown);
    models.log.error(`Failed to load model: ${url}: ${message} ${hint}`.trimEnd());
    return undefined;
  }
}

/** What `load_models` names: `all` is everything in the store; `name=url` gives a name. */
export async function modelsOfList(list: readonly string[], services: ApiServices): Promise<ModelToLoad[]> {
  if (list.some((word) => word.toLowerCase() === 'all')) {
    const urls = await services.models.store.list();
    return urls.map((url) => ({ url, required: false }));
  }
  return list.map((word) => ({ ...splitName(word), required: false }));
}

/** `name=url` as its two halves; a URL with a query has its `=` behind the name's letters. */
export function splitName(word: string): { readonly url: string; readonly name?: string } {
  const [, name, url] = /^([\w.-]+)=(.+)$/.exec(word) ?? [];
  return name !== undefined && url !== undefined ? { name, url } : { url: word };
}
