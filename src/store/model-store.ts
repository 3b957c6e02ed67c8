import { readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { serveError } from '../core/errors.js';
import type { AllowedUrls } from './allowed-urls.js';
import { download } from './download.js';
import { namesParent } from './relative-path.js';
import type { SourceLimits } from './sources/source.js';

export interface ModelStoreOptions {
  /** Undefined when no model store is configured: then only paths of the operator can be served. */
  readonly folder: string | undefined;
  readonly allowed: AllowedUrls;
  readonly limits: SourceLimits;
}

export interface FetchOptions {
  /**
   * Who asks. The API reaches into the model store only; the operator (command line, `load_models`) may name any
   * path of the machine, relative ones against `cwd`. Default `api`.
   */
  readonly by?: 'api' | 'operator';
  /** Where an operator's relative path is looked for before the store. Default: only in the store. */
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** An archive on the disk of this machine. */
export interface Fetched {
  /** Absolute. */
  readonly path: string;
  /** As it was asked for. */
  readonly url: string;
  /** Model name for when nothing else gives one. */
  readonly name: string;
  /** True when it was fetched from a URL: then it lies in the store for this registration alone. */
  readonly remote: boolean;
}

const REMOTE = /^(file|https?):\/\//i;
const CHECKSUM = /#sha256=([0-9a-f]{64})$/i;

/** The folder of archives, and the way new ones come into it. */
export class ModelStore {
  readonly #options: ModelStoreOptions;

  constructor(options: ModelStoreOptions) {
    this.#options = options;
  }

  /**
   * Finds the archive a `url` names, and fetches it first when it is a real URL. `#sha256=<hex>` at the end of a URL is
   * checked.
   *
   * @throws ServeError URL_EMPTY, URL_RELATIVE, URL_NOT_ALLOWED, MODEL_FILE_NOT_FOUND, MODEL_STORE_MISSING,
   *   MODEL_FILE_EXISTS, DOWNLOAD_FAILED, MODEL_FILE_UNSAVED
   */
  async fetch(url: string, options: FetchOptions = {}): Promise<Fetched> {
    if (url === '') throw serveError('URL_EMPTY', {});
    const operator = options.by === 'operator';
    if (!operator && namesParent(url)) throw serveError('URL_RELATIVE', { url });
    if (REMOTE.test(url)) return this.#fetchRemote(url, options.signal);
    const path = operator ? await this.#operatorPath(url, options.cwd) : await this.#inStore(url);
    return { path, url, name: defaultName(url), remote: false };
  }

  /** What `load_models=all` loads: archives and folders that are not hidden, sorted. */
  async list(): Promise<string[]> {
    const folder = this.#folder();
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries
        .filter(({ name }) => !name.startsWith('.'))
        .filter((entry) => entry.isDirectory() || /\.(mar|model|tar\.gz)$/.test(entry.name))
        .map(({ name }) => name)
        .sort();
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw serveError('MODEL_STORE_UNREADABLE', { folder, reason }, { cause: thrown });
    }
  }

  async #operatorPath(url: string, cwd: string | undefined): Promise<string> {
    const path = isAbsolute(url) ? url : cwd === undefined ? undefined : resolve(cwd, url);
    if (path !== undefined && (await exists(path))) return path;
    if (this.#options.folder === undefined) throw serveError('MODEL_FILE_NOT_FOUND', { url });
    return this.#inStore(url);
  }

  /** TorchServe looks at the last component of the path alone, so `/any/where/x.mar` is `x.mar` of the store. */
  async #inStore(url: string): Promise<string> {
    const name = basename(url.replaceAll('\\', '/'));
    const path = join(this.#folder(), name);
    if (name === '' || name === '.' || name.includes('\0') || !(await exists(path)))
      throw serveError('MODEL_FILE_NOT_FOUND', { url });
    return path;
  }

  async #fetchRemote(asked: string, signal: AbortSignal | undefined): Promise<Fetched> {
    const sha256 = CHECKSUM.exec(asked)?.[1];
    const url = asked.replace(/#.*$/, '');
    const { allowed, limits } = this.#options;
    if (!allowed(url)) throw serveError('URL_NOT_ALLOWED', { url });
    const file = fileNameOf(url);
    const path = join(this.#folder(), file);
    if (await exists(path)) throw serveError('MODEL_FILE_EXISTS', { file });
    await download({ url, path, sha256, allowed, limits, signal });
    return { path, url: asked, name: defaultName(file), remote: true };
  }

  #folder(): string {
    const { folder } = this.#options;
    if (folder === undefined) throw serveError('MODEL_STORE_MISSING', {});
    return folder;
  }
}

/** The last component of a URL's path. Throws MODEL_FILE_NOT_FOUND when there is none that can be a file's name. */
function fileNameOf(url: string): string {
  let name = '';
  try {
    name = basename(decodeURIComponent(new URL(url).pathname));
  } catch {
    // Not a URL, or its path is not UTF-8: there is no name.
  }
  if (name === '' || name.startsWith('.') || /[\\/\0]/.test(name))
    throw serveError('MODEL_FILE_NOT_FOUND', { url });
  return name;
}

/** TorchServe's rule: the file's name without its ending, with `_` for every odd character. */
function defaultName(url: string): string {
  const file = basename(url.replaceAll('\\', '/'));
  const stem = /\.(mar|model)/.test(file)
    ? file.slice(0, file.lastIndexOf('.'))
    : file.replace(/\.(tar\.gz|tgz|onnx)$/i, '');
  return stem.replace(/\W/g, '_');
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
