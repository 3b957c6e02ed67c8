import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { DEFAULT_LIMITS } from '../../archive/limits.js';
import { MANIFEST_PATH, type Manifest } from '../../archive/manifest.js';
import { type OpenedArchive, openArchive, openLoose } from '../../archive/open.js';
import { parseYaml } from '../../config/read/yaml.js';
import { serveError } from '../../core/errors.js';

/** A model that can be served with another model-config.yaml, its own files untouched. */
export interface ServedCopy {
  /** Folder to be served. */
  readonly path: string;
  /** Text of the model's own model-config.yaml; empty without one. */
  readonly ownConfig: string;
  /** Gives it this model-config.yaml. */
  configure(text: string): Promise<void>;
  /** Removes everything that was made. */
  close(): Promise<void>;
}

const CONFIG_FILE = 'model-config.yaml';

/**
 * Lays a model out in a temporary folder: an archive unpacked, the files of a folder or an .onnx file as links. Throws
 * TUNE_CONFIG and what opening the model throws.
 */
export async function layOutCopy(path: string): Promise<ServedCopy> {
  const root = await mkdtemp(join(tmpdir(), 'ts-tune-'));
  let opened: OpenedArchive | undefined;
  const close = async () => {
    await opened?.close();
    await rm(root, { recursive: true, force: true });
  };
  try {
    opened = await open(path, root);
    const { modelConfigText: ownConfig = '', modelConfigFile = CONFIG_FILE } = opened;
    // Below a linked folder it would be the user's own file that is written.
    const configFile = basename(modelConfigFile);
    checkConfig(ownConfig, path);
    const manifest = withName(opened.manifest, path, configFile);
    const folder = join(root, 'served');
    await linkFiles(opened.directory, folder, configFile);
    await mkdir(join(folder, dirname(MANIFEST_PATH)), { recursive: true });
    await writeFile(join(folder, MANIFEST_PATH), JSON.stringify(manifest));
    return { path: folder, ownConfig, configure: (text) => writeFile(join(folder, configFile), text), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As the server opens a model that an operator names. */
async function open(path: string, root: string): Promise<OpenedArchive> {
  if (path.endsWith('.onnx')) return openLoose(path);
  const opened = await openArchive(path, { into: root, limits: DEFAULT_LIMITS });
  return opened.inPlace && !opened.manifest ? openLoose(path) : opened;
}

function checkConfig(text: string, path: string): void {
  const yaml = parseYaml(text);
  if (yaml.kind === 'broken') throw serveError('TUNE_CONFIG', { path, reason: yaml.problem.message });
}

function withName(manifest: Manifest | undefined, path: string, configFile: string): Manifest {
  const { modelName = basename(path, extname(path)) } = manifest?.model ?? {};
  return { runtime: 'python', ...manifest, model: { ...manifest?.model, modelName, configFile } };
}

async function linkFiles(from: string, to: string, configFile: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const own = new Set([configFile, dirname(MANIFEST_PATH)]);
  for (const name of await readdir(from)) if (!own.has(name)) await symlink(join(from, name), join(to, name));
}
