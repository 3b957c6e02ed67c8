import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readModelConfig } from '../config/model-config.js';
import { serveError } from '../core/errors.js';
import { type FolderContents, findSnapshots, listFolder, listTree } from './discovery/folder.js';
import {
  CONFIG_NAMES,
  isCompanion,
  isHandlerCode,
  isNodeCode,
  isWeights,
  looksLikeSnapshot,
  MODEL_CODE_NAME,
  REQUIREMENTS_NAME,
} from './discovery/names.js';
import { builtInHandlers, type RuntimeName, runtimeOf } from './handlers.js';
import type { Manifest } from './manifest.js';

/** What the user has said already; it is not looked for. */
export interface Given {
  readonly handler?: string;
  readonly runtime?: RuntimeName;
  readonly serializedFile?: string;
  readonly modelFile?: string;
  readonly requirementsFile?: string;
  readonly configFile?: string;
}

/** One thing that was found, for the user to see. */
export interface Choice {
  /** The flag that would have said the same. */
  readonly flag: string;
  readonly value: string;
  readonly why: string;
}

/** The parts of a model folder. Paths are relative to it; what was given is passed on as it was. */
export interface Discovery extends Given {
  readonly handler: string;
  readonly runtime: RuntimeName;
  readonly extraFiles: readonly string[];
  readonly choices: readonly Choice[];
  /** Names in the folder that nothing asked for. */
  readonly leftOut: readonly string[];
}

/** How the hints name the way to settle an ambiguity. */
type FlagNames = (flag: string) => string;

/**
 * Finds the parts of a model in a folder by the names the field agrees on. Throws DISCOVERY_EMPTY when there is nothing
 * that can handle requests, DISCOVERY_AMBIGUOUS when there is more than one candidate for a part.
 */
export async function discover(
  folder: string,
  given: Given,
  say: FlagNames = (flag) => flag,
): Promise<Discovery> {
  const contents = await listFolder(folder);
  const search = new Search(folder, contents, given, say);
  const configFile = search.one('model configuration', '--config-file', given.configFile, (name) =>
    CONFIG_NAMES.includes(name),
  );
  const code = search.one('handler', '--handler', given.handler, (name) => search.isWantedCode(name));
  const weights = await search.weights();
  const handler = code ?? (await search.builtIn(configFile, weights));
  const runtime = given.runtime ?? (code ? runtimeOf(code) : 'node');
  if (!code) search.choose('--runtime', 'node', 'no handler code is needed for a plain .onnx file');
  else if (!given.runtime) search.choose('--runtime', runtime, `it is what ${basename(code)} is written for`);
  const requirementsFile =
    given.requirementsFile ??
    search.only('--requirements-file', (name) => runtime !== 'node' && name === REQUIREMENTS_NAME);
  const eager = runtime !== 'node' && /\.pth?$/.test(weights ?? '');
  const modelFile =
    given.modelFile ?? search.only('--model-file', (name) => eager && name === MODEL_CODE_NAME);
  const extraFiles = await search.extraFiles(weights);
  return {
    handler,
    runtime,
    serializedFile: weights,
    modelFile,
    requirementsFile,
    configFile,
    extraFiles,
    choices: search.choices,
    leftOut: search.leftOut(),
  };
}

/** A plain .onnx file, or a folder without a manifest, as if it had been archived. */
export async function discoverLoose(
  path: string,
  folder: boolean,
): Promise<{ directory: string; manifest: Manifest }> {
  const absolute = resolve(path);
  const modelName = basename(absolute).replace(/\.onnx$/, '');
  if (!folder) {
    if (!absolute.endsWith('.onnx'))
      throw serveError('DISCOVERY_EMPTY', {
        folder: path,
        reason: 'it is neither an archive nor an .onnx file',
        candidates: 'Serve a .mar, a .tar.gz, an .onnx file, or a folder.',
      });
    const model = { modelName, serializedFile: basename(absolute), handler: 'onnx', modelVersion: '1.0' };
    return { directory: dirname(absolute), manifest: { runtime: 'node', model } };
  }
  const found = await discover(absolute, {}, (flag) => `"ts archive ${flag}"`);
  const { handler, serializedFile, modelFile, requirementsFile, configFile } = found;
  const files = { serializedFile, modelFile, requirementsFile, configFile };
  return {
    directory: absolute,
    manifest: { runtime: found.runtime, model: { modelName, handler, modelVersion: '1.0', ...files } },
  };
}

/** One look through one folder: remembers what was taken and why. */
class Search {
  readonly choices: Choice[] = [];
  readonly #taken = new Set<string>();

  constructor(
    private readonly folder: string,
    private readonly contents: FolderContents,
    private readonly given: Given,
    private readonly say: FlagNames,
  ) {}

  choose(flag: string, value: string, why: string): void {
    this.choices.push({ flag, value, why });
    this.#taken.add(value.split('/')[0] ?? value);
  }

  /** The only file a test accepts, unless the user named one; more than one is an error. */
  one(
    what: string,
    flag: string,
    given: string | undefined,
    accepts: (name: string) => boolean,
  ): string | undefined {
    if (given !== undefined) {
      this.#taken.add(basename(given).replace(/:[^.]*$/, ''));
      return given;
    }
    const candidates = this.contents.files.filter(accepts);
    if (candidates.length > 1) throw this.#ambiguous(what, flag, candidates);
    const [only] = candidates;
    if (only) this.choose(flag, only, `it is the only ${what} here`);
    return only;
  }

  /** A file with a fixed name, if it is there. */
  only(flag: string, accepts: (name: string) => boolean): string | undefined {
    const found = this.contents.files.find(accepts);
    if (found) this.choose(flag, found, 'of its name');
    return found;
  }

  isWantedCode(name: string): boolean {
    const { runtime } = this.given;
    return isHandlerCode(name) && (runtime === undefined || (runtime === 'node') === isNodeCode(name));
  }

  /** The one file with the model, here or in a folder `onnx/` as the hub's converted models have it. */
  async weights(): Promise<string | undefined> {
    const here = this.one('model file', '--serialized-file', this.given.serializedFile, isWeights);
    if (here !== undefined || !this.contents.folders.includes('onnx')) return here;
    const below = (await listFolder(join(this.folder, 'onnx'))).files.filter((name) =>
      name.endsWith('.onnx'),
    );
    if (below.length > 1)
      throw this.#ambiguous(
        'model file',
        '--serialized-file',
        below.map((name) => `onnx/${name}`),
      );
    const [only] = below;
    if (only) this.choose('--serialized-file', `onnx/${only}`, 'it is the only model file in onnx/');
    return only && `onnx/${only}`;
  }

  /** The handler of this project that serves the model when the folder has no code of its own. */
  async builtIn(configFile: string | undefined, weights: string | undefined): Promise<string> {
    if (this.given.runtime !== undefined && this.given.runtime !== 'node')
      throw this.#nothing('there is no handler code for that runtime', weights);
    if (weights === undefined) throw this.#nothing('there is neither a handler nor an .onnx file', weights);
    if (!weights.endsWith('.onnx'))
      throw this.#nothing(`there is ${weights}, but no handler for it`, weights);
    const named = await this.#handlerOfConfig(configFile);
    if (named) this.choose('--handler', named, `${configFile} says so (handler: name)`);
    else this.choose('--handler', 'onnx', `it serves the tensors of ${weights} as they are`);
    return named ?? 'onnx';
  }

  /** Companions of the model, and a snapshot of the Hugging Face hub with all its files. */
  async extraFiles(weights: string | undefined): Promise<string[]> {
    const beside = this.contents.files.filter((name) => isCompanion(name) && !this.#taken.has(name));
    const snapshotHere = looksLikeSnapshot(this.contents.files);
    const why = snapshotHere
      ? 'they belong to the Hugging Face snapshot in this folder'
      : 'handlers read such files';
    if (beside.length > 0) this.choices.push({ flag: '--extra-files', value: beside.join(','), why });
    for (const name of beside) this.#taken.add(name);
    if (weights !== undefined || snapshotHere) return beside;
    return [...beside, ...(await this.#snapshotBelow())];
  }

  leftOut(): string[] {
    const { files, folders } = this.contents;
    return [...files, ...folders.map((name) => `${name}/`)].filter(
      (name) => !this.#taken.has(name.replace(/\/$/, '')),
    );
  }

  async #snapshotBelow(): Promise<string[]> {
    const snapshots = await findSnapshots(this.folder);
    if (snapshots.length > 1) throw this.#ambiguous('Hugging Face snapshot', '--extra-files', snapshots);
    const [only] = snapshots;
    if (only === undefined) return [];
    const files = (await listTree(join(this.folder, only))).map((path) => `${only}/${path}`);
    this.choose(
      '--extra-files',
      only,
      `it is a Hugging Face snapshot (${files.length} files, kept under that path)`,
    );
    return files;
  }

  async #handlerOfConfig(configFile: string | undefined): Promise<string | undefined> {
    if (configFile === undefined) return undefined;
    const text = await readFile(resolve(this.folder, configFile), 'utf8').catch(() => '');
    const section = readModelConfig(text, configFile).document.handler;
    const name = section instanceof Object && 'name' in section ? section.name : undefined;
    return builtInHandlers('node').find((known) => known === name);
  }

  #ambiguous(what: string, flag: string, candidates: readonly string[]): Error {
    return serveError('DISCOVERY_AMBIGUOUS', {
      what,
      folder: this.folder,
      candidates: candidates.join(', '),
      flag: this.say(flag),
    });
  }

  #nothing(reason: string, weights: string | undefined): Error {
    const builtIn =
      weights === undefined || weights.endsWith('.onnx')
        ? `--handler ${builtInHandlers('node').join(', ')} with an .onnx file`
        : '--handler base_handler, image_classifier, … (TorchServe’s own, for TorchScript files)';
    return serveError('DISCOVERY_EMPTY', {
      folder: this.folder,
      reason,
      candidates:
        `Candidates are handler.py, handler.ts, handler.mjs, handler.js and *_handler.*, or ${builtIn}. ` +
        `The folder holds: ${this.#listing()}.`,
    });
  }

  #listing(): string {
    const { files, folders } = this.contents;
    const names = [...files, ...folders.map((name) => `${name}/`)];
    if (names.length === 0) return 'nothing';
    return names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '');
  }
}
