import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { looksLikeSnapshot } from './names.js';

/** What lies directly in a folder; hidden names and caches are left out, links count as what they lead to. */
export interface FolderContents {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

const SKIPPED_FOLDERS: readonly string[] = ['__pycache__', '__MACOSX', 'node_modules', 'MAR-INF'];
/** `model/models--org--name/snapshots/<revision>` is the deepest layout in use. */
const MAX_DEPTH = 4;

export async function listFolder(folder: string): Promise<FolderContents> {
  const [files, folders]: [string[], string[]] = [[], []];
  for (const name of (await readdir(folder)).sort()) {
    if (name.startsWith('.') || SKIPPED_FOLDERS.includes(name)) continue;
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile()) files.push(name);
    if (found?.isDirectory()) folders.push(name);
  }
  return { files, folders };
}

/** Relative paths of the folders below this one that hold a Hugging Face snapshot. */
export async function findSnapshots(folder: string): Promise<string[]> {
  const found: string[] = [];
  const search = async (path: string, depth: number) => {
    const { files, folders } = await listFolder(join(folder, path));
    if (path !== '' && looksLikeSnapshot(files)) {
      found.push(path);
      return;
    }
    if (depth < MAX_DEPTH)
      for (const name of await worthSearching(join(folder, path), folders))
        await search(path === '' ? name : `${path}/${name}`, depth + 1);
  };
  await search('', 0);
  return found;
}

/** In the hub's cache (blobs, refs, snapshots) only the revision that `main` names, or all when it names none. */
async function worthSearching(folder: string, folders: readonly string[]): Promise<readonly string[]> {
  if (!folders.includes('snapshots') || !folders.includes('blobs')) return folders;
  const main = await readFile(join(folder, 'refs', 'main'), 'utf8').catch(() => '');
  return main.trim() === '' ? ['snapshots'] : [`snapshots/${main.trim()}`];
}

/** Relative paths of all files below a folder; caches and hidden folders left out. */
export async function listTree(folder: string): Promise<string[]> {
  const { files, folders } = await listFolder(folder);
  const below = await Promise.all(
    folders.map(async (name) => (await listTree(join(folder, name))).map((path) => `${name}/${path}`)),
  );
  return [...files, ...below.flat()];
}
