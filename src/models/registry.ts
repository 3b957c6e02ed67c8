import { serveError } from '../core/errors.js';
import type { ModelVersion } from './model-version.js';

/** A name, its versions, and the one that is meant when none is named. */
interface Model {
  readonly versions: Map<string, ModelVersion>;
  defaultVersion: string;
}

export interface ModelPage {
  /** Default versions, in the order of their names. */
  readonly models: readonly ModelVersion[];
  /** Where the next page begins; undefined behind the last. */
  readonly nextIndex: number | undefined;
}

/** Names → servables. */
export class Registry {
  readonly #models = new Map<string, Model>();
  readonly #startupNames = new Set<string>();

  /**
   * Names of the models that were loaded at start. As in TorchServe a later version of such a name counts as well, and
   * the name is forgotten as soon as one version is unregistered.
   */
  get startupNames(): ReadonlySet<string> {
    return this.#startupNames;
  }

  /** The default version, or the named one. Throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND. */
  find(name: string, version?: string): ModelVersion {
    const model = this.#model(name);
    const found = model.versions.get(version ?? model.defaultVersion);
    if (!found) throw serveError('MODEL_VERSION_NOT_FOUND', { model: name, version: version ?? '' });
    return found;
  }

  /** All versions of a model, in the order they were registered. Throws MODEL_NOT_FOUND. */
  versions(name: string): readonly ModelVersion[] {
    return [...this.#model(name).versions.values()];
  }

  /** Every version of every model. */
  all(): readonly ModelVersion[] {
    return [...this.#models.values()].flatMap(({ versions }) => [...versions.values()]);
  }

  /** The default version of every model. */
  defaults(): readonly ModelVersion[] {
    return [...this.#models.keys()].sort().map((name) => this.find(name));
  }

  /** One page of the default versions. */
  page(fromIndex: number, limit: number): ModelPage {
    const all = this.defaults();
    const end = fromIndex + limit;
    // TorchServe names a next page also when this one ends exactly with the list.
    return { models: all.slice(fromIndex, end), nextIndex: end > all.length ? undefined : end };
  }

  /** Throws MODEL_ALREADY_REGISTERED. */
  checkFree(name: string, version: string): void {
    if (this.#models.get(name)?.versions.has(version))
      throw serveError('MODEL_ALREADY_REGISTERED', { model: name, version });
  }

  /** The first version of a name becomes its default. Throws MODEL_ALREADY_REGISTERED. */
  add(version: ModelVersion): void {
    const { name, version: number } = version;
    this.checkFree(name, number);
    const model = this.#models.get(name) ?? { versions: new Map(), defaultVersion: number };
    model.versions.set(number, version);
    this.#models.set(name, model);
    if (version.loadedAtStartup) this.#startupNames.add(name);
  }

  /**
   * Takes the default version, or the named one, out. Throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, and
   * DEFAULT_VERSION_IN_USE for the default version while there are others.
   */
  remove(name: string, version?: string): ModelVersion {
    const removed = this.find(name, version);
    const model = this.#model(name);
    if (removed.version === model.defaultVersion && model.versions.size > 1)
      throw serveError('DEFAULT_VERSION_IN_USE', { model: name });
    this.discard(removed);
    return removed;
  }

  /** Takes a version out whatever else there is; does nothing when it is not there any more. */
  discard({ name, version }: ModelVersion): void {
    const model = this.#models.get(name);
    model?.versions.delete(version);
    this.#startupNames.delete(name);
    const [next] = model?.versions.keys() ?? [];
    if (model && next === undefined) this.#models.delete(name);
    else if (model && next !== undefined && model.defaultVersion === version) model.defaultVersion = next;
  }

  /** Throws MODEL_NOT_FOUND, DEFAULT_VERSION_NOT_FOUND. */
  setDefault(name: string, version: string): ModelVersion {
    const model = this.#model(name);
    const found = model.versions.get(version);
    if (!found) throw serveError('DEFAULT_VERSION_NOT_FOUND', { model: name, version });
    model.defaultVersion = version;
    return found;
  }

  #model(name: string): Model {
    const model = this.#models.get(name);
    if (!model) throw serveError('MODEL_NOT_FOUND', { model: name });
    return model;
  }
}
