import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

/** A requirements file with all it leads to on this disk. */
export interface Requirements {
  /** Absolute. */
  readonly file: string;
  /** Without comments, blank lines and superfluous spaces. */
  readonly lines: readonly string[];
  /** The same for requirements that install the same, wherever the archive is unpacked. */
  readonly fingerprint: string;
  /** Something is installed as a link to the archive's own folder, so that no other model may share it. */
  readonly editable: boolean;
}

interface Reading {
  /** The model's folder, which is pip's working directory. */
  readonly directory: string;
  readonly environment: Environment;
  readonly seen: Set<string>;
  editable: boolean;
}

const FILE_OPTION = /^(?:-r|--requirement|-c|--constraint)(?:\s+|=|(?<=-[rc]))(.+)$/;
const LINKS_OPTION = /^(?:-f|--find-links)(?:\s+|=|(?<=-f))(.+)$/;
const EDITABLE_OPTION = /^(?:-e|--editable)(?:\s+|=|(?<=-e))(.+)$/;
const URL = /^[a-z][a-z+]+:/i;
const ARCHIVE = /\.(whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz)$/i;
/** What building a package leaves in its folder. */
const BUILT = /(^|[\\/])(__pycache__|build|[^\\/]+\.egg-info)[\\/]/;
/** More files than any requirement has; the rest does not count. */
const MAX_FILES = 20_000;

/**
 * Reads a requirements file as pip would, with the files it includes and the local packages it names. What cannot be
 * read counts as absent: pip says why. `directory` is the model's folder, which relative paths start from.
 */
export async function readRequirements(
  directory: string,
  file: string,
  environment: Environment,
): Promise<Requirements> {
  const reading: Reading = { directory, environment, seen: new Set(), editable: false };
  const path = join(directory, file);
  const text = await readText(path);
  const facts = await factsOfText(text, path, reading);
  const fingerprint = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  return { file: path, lines: logicalLines(text ?? ''), fingerprint, editable: reading.editable };
}

/** Lines as pip takes them: continued lines joined, comments and blank lines gone, one space between words. */
function logicalLines(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .replace(/\\\r?\n/g, '')
    .split(/\r?\n/)
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, '')
        .trim()
        .replace(/\s+/g, ' '),
    )
    .filter(Boolean);
}

async function factsOfText(text: string | undefined, path: string, reading: Reading): Promise<unknown> {
  if (text === undefined) return 'absent';
  if (reading.seen.has(path)) return 'seen';
  reading.seen.add(path);
  const facts: unknown[] = [];
  for (const line of logicalLines(text)) facts.push(await factsOfLine(expand(line, reading), path, reading));
  return facts;
}

/** pip replaces `${NAME}`, and nothing else. */
function expand(line: string, { environment }: Reading): string {
  return line.replace(/\$\{([A-Z0-9_]+)\}/g, (whole, name: string) => environment[name] ?? whole);
}

async function factsOfLine(line: string, path: string, reading: Reading): Promise<unknown> {
  const { directory } = reading;
  const included = FILE_OPTION.exec(line)?.[1];
  if (included !== undefined) {
    const file = localPath(included, dirname(path));
    return file ? [line.slice(0, 3), await factsOfText(await readText(file), file, reading)] : line;
  }
  const links = LINKS_OPTION.exec(line)?.[1];
  if (links !== undefined) {
    // pip looks beside the requirements file first, then in its working directory.
    const beside = localPath(links, dirname(path));
    const place = beside && (await exists(beside)) ? beside : localPath(links, directory);
    return place ? ['-f', await factsOfFiles(await linksAt(place), place, directory)] : line;
  }
  const linked = EDITABLE_OPTION.exec(line)?.[1];
  if (linked !== undefined) reading.editable = true;
  const local = localRequirement(linked ?? line, directory);
  if (!local) return line;
  return [linked ? '-e' : '', await factsOfFiles(await filesAt(local), local, directory), extras(line)];
}

/** The path that an option names; undefined for what lies elsewhere. */
function localPath(words: string, from: string): string | undefined {
  const word = words.replace(/^["']|["']$/g, '');
  if (/^file:/i.test(word)) return fromFileUrl(word);
  return URL.test(word) ? undefined : resolve(from, word);
}

function fromFileUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url.replace(/#.*$/, ''));
  } catch {
    return undefined;
  }
}

/** The path of `./folder`, `wheels/a.whl`, `name @ file:///…`; undefined for a package of an index. */
function localRequirement(line: string, directory: string): string | undefined {
  if (line.startsWith('-')) return undefined;
  const word = (line.split(' @ ').at(-1) ?? '').split(/ ;| --/)[0]?.trim() ?? '';
  const bare = word.replace(/\[[\w, .-]*\]$/, '');
  if (/^file:/i.test(bare)) return fromFileUrl(bare);
  if (URL.test(bare)) return undefined;
  return /^[./\\~]|^[A-Za-z]:\\|\//.test(bare) || ARCHIVE.test(bare) ? resolve(directory, bare) : undefined;
}

/** What else the line says of a local package: extras, markers, hashes. */
function extras(line: string): string {
  return /(\[[\w, .-]*\])?( ;.*| --.*)?$/.exec(line)?.[0] ?? '';
}

/** Names and contents of files; of those outside the archive only names, sizes and times. */
async function factsOfFiles(files: readonly string[], path: string, directory: string): Promise<unknown> {
  const within = !relative(directory, path).startsWith('..');
  const facts: string[] = [];
  for (const file of files) {
    // An archive is unpacked into a folder of another name each time.
    const name = file === path ? basename(path) : relative(path, file).split(sep).join('/');
    const { size, mtimeMs } = await stat(file);
    facts.push(within ? `${name} ${await digest(file)}` : `${name} ${size} ${mtimeMs}`);
  }
  return facts;
}

/** What pip would find by a `--find-links`: packages that lie directly in a folder, or a file. */
async function linksAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => ARCHIVE.test(name));
    return names
      .sort()
      .slice(0, MAX_FILES)
      .map((name) => join(path, name));
  } catch {
    return [];
  }
}

async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return files
      .filter((file) => !BUILT.test(relative(path, file)))
      .sort()
      .slice(0, MAX_FILES);
  } catch {
    return [];
  }
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
