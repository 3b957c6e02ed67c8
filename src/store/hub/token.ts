import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeFault } from '../../archive/faults.js';
import { serveError } from '../../core/errors.js';

/** What says to the hub who is asking. */
export interface Token {
  readonly text: string;
  /** Where it came from, for people. */
  readonly source: string;
}

/**
 * The token to use: the given one, else `HF_TOKEN` (or its older name), else the one that was logged in with. Throws
 * HUB_READ when the file is there but cannot be read.
 */
export async function findToken(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
  tokenFile: string,
): Promise<Token | undefined> {
  if (given) return { text: clean(given), source: '--token' };
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']) {
    const text = clean(env[name] ?? '');
    if (text) return { text, source: name };
  }
  const text = clean(await readIfThere(tokenFile));
  return text ? { text, source: tokenFile } : undefined;
}

/**
 * Remembers a token where the Hugging Face tools look for it: as the one in use, and under its name among the stored
 * ones. Both files are for the user alone. Throws HUB_WRITE.
 */
export async function saveToken(tokenFile: string, name: string, text: string): Promise<void> {
  const stored = parseStored(await readIfThere(storedFile(tokenFile)));
  // As Python's library: what is kept for an older token of the name does not fit the new one.
  stored.set(name, [`hf_token = ${text}`]);
  await writeSecret(storedFile(tokenFile), formatStored(stored));
  await writeSecret(tokenFile, text);
}

/** Forgets the token in use, and its stored copies; false when there was none. Throws HUB_WRITE or HUB_READ. */
export async function forgetToken(tokenFile: string): Promise<boolean> {
  const text = clean(await readIfThere(tokenFile));
  const stored = parseStored(await readIfThere(storedFile(tokenFile)));
  const kept = [...stored].filter(([, lines]) => !lines.some((line) => tokenOf(line) === text));
  if (text && kept.length < stored.size)
    await writeSecret(storedFile(tokenFile), formatStored(new Map(kept)));
  await rm(tokenFile, { force: true }).catch((error: unknown) => {
    throw serveError('HUB_WRITE', { path: tokenFile, reason: describeFault(error) }, { cause: error });
  });
  return text !== '';
}

function storedFile(tokenFile: string): string {
  return join(dirname(tokenFile), 'stored_tokens');
}

/** The sections of an INI file with their lines. */
function parseStored(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\[(.+)\]\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      current = [];
      sections.set(name, current);
    } else if (line.trim() !== '') current?.push(line);
  }
  return sections;
}

function formatStored(sections: ReadonlyMap<string, readonly string[]>): string {
  return [...sections]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n\n`)
    .join('');
}

function tokenOf(line: string): string | undefined {
  return /^hf_token\s*[=:]\s*(.*?)\s*$/.exec(line)?.[1];
}

/** Never readable by others, not even for the moment of writing. */
async function writeSecret(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(temporary, text, { mode: 0o600 });
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw serveError('HUB_WRITE', { path, reason: describeFault(error) }, { cause: error });
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw serveError('HUB_READ', { path, reason: describeFault(error) }, { cause: error });
  }
}

function clean(text: string): string {
  return text.replace(/[\r\n]/g, '').trim();
}
