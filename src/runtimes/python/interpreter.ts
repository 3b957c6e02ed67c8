import { execFile } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { serveError } from '../../core/errors.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What an interpreter says of itself. */
export interface Interpreter {
  /** Absolute; what workers are started with. */
  readonly path: string;
  /** `3.11.7`. */
  readonly version: string;
  /** `cpython-311`: what compiled files are named by. */
  readonly tag: string;
  /** `Linux x86_64`. */
  readonly machine: string;
}

export interface InterpreterChoice {
  /** The runtime's word: `python` or `python3`. */
  readonly word: string;
  /** The key `python_executable`: a path, or a name looked for on PATH; undefined to follow TorchServe's rules. */
  readonly executable: string | undefined;
  /** Where PATH and VIRTUAL_ENV are read. */
  readonly environment: Environment;
}

/** The oldest Python the workers are written for; whether a newer one works is for it to tell. */
const OLDEST = [3, 9] as const;
const PROBE_LIMIT_MS = 30_000;
const WINDOWS = process.platform === 'win32';

/**
 * The file to run Python with: the key `python_executable`, else as in TorchServe the active virtual environment, then
 * `python` (for the word `python3`: `python3`) on PATH, then the other of the two. Starts nothing.
 *
 * @throws ServeError PYTHON_NOT_FOUND
 */
export function findInterpreter(choice: InterpreterChoice): string {
  return findInterpreters(choice)[0];
}

/** The same with those that come next if the first is of no use. */
export function findInterpreters({
  word,
  executable,
  environment,
}: InterpreterChoice): readonly [string, ...string[]] {
  const wanted = executable
    ? [executable]
    : word === 'python3'
      ? ['python3', 'python']
      : ['python', 'python3'];
  const { VIRTUAL_ENV } = environment;
  const active = VIRTUAL_ENV && !executable ? [join(VIRTUAL_ENV, WINDOWS ? 'Scripts' : 'bin', 'python')] : [];
  const [first, ...others] = [...active, ...wanted].flatMap((name) => locate(name, environment) ?? []);
  return first === undefined ? notFound(wanted, environment) : [first, ...others];
}

/** Asks interpreters what they are, each once; one that changes on the disk is asked again. */
export class InterpreterProbes {
  readonly #known = new Map<string, Promise<Interpreter>>();

  /**
   * The first of the interpreters that serves; see `probe`.
   *
   * @throws ServeError PYTHON_UNUSABLE, PYTHON_TOO_OLD of the first
   */
  async probeFirst(
    paths: readonly [string, ...string[]],
    environment: Environment,
    keepPath = false,
  ): Promise<Interpreter> {
    for (const path of paths) {
      const found = await this.probe(path, environment, keepPath).catch(() => undefined);
      if (found) return found;
    }
    return this.probe(paths[0], environment, keepPath);
  }

  /**
   * What the interpreter at `path` is. Where `path` is a script that stands for an interpreter, as those of version
   * switchers are, the result names the interpreter itself, unless `keepPath`.
   *
   * @throws ServeError PYTHON_UNUSABLE, PYTHON_TOO_OLD
   */
  async probe(path: string, environment: Environment, keepPath = false): Promise<Interpreter> {
    const { mtimeMs, size } = statSync(path);
    const key = `${path}\n${mtimeMs}\n${size}\n${keepPath}`;
    const known = this.#known.get(key) ?? ask(path, environment, keepPath);
    this.#known.set(key, known);
    try {
      return await known;
    } catch (thrown) {
      this.#known.delete(key);
      throw thrown;
    }
  }
}

/** The program of a name; one with a slash is a path, others are looked for on PATH. */
function locate(name: string, { PATH = '' }: Environment): string | undefined {
  const places = isPath(name) ? [resolve(name)] : PATH.split(delimiter).map((folder) => join(folder, name));
  return places
    .flatMap((place) => (WINDOWS ? [`${place}.exe`, place] : [place]))
    .filter(isAbsolute)
    .find(isProgram);
}

function isPath(name: string): boolean {
  return name.includes('/') || (WINDOWS && name.includes('\\'));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function notFound(names: readonly string[], { PATH = '' }: Environment): never {
  const named = names.some(isPath);
  const places = named ? 'this file' : `these names on PATH (${PATH || 'which is empty'})`;
  throw serveError('PYTHON_NOT_FOUND', { names: names.join(', '), places });
}

/** Isolated and without site packages, which is all this needs and three times as fast. */
const QUESTION = [
  'import sys,json,os',
  'v=sys.version_info',
  'u=os.uname() if hasattr(os,"uname") else None',
  'm=u.sysname+" "+u.machine if u else sys.platform',
  't=getattr(sys.implementation,"cache_tag",None) or sys.implementation.name',
  'print(json.dumps(dict(path=sys.executable,version=".".join(map(str,v[:3])),tag=t,machine=m)))',
].join('\n');

async function ask(path: string, environment: Environment, keepPath: boolean): Promise<Interpreter> {
  const { stdout, problem } = await run(path, ['-I', '-S', '-c', QUESTION], environment);
  const answer = readAnswer(stdout);
  if (!answer) {
    const version = /Python (\S+)/.exec((await run(path, ['--version'], environment)).output)?.[1];
    if (version && isTooOld(version)) throw tooOld(path, version);
    throw serveError('PYTHON_UNUSABLE', { path, reason: problem || 'it does not answer as Python does' });
  }
  if (isTooOld(answer.version)) throw tooOld(path, answer.version);
  return { ...answer, path: !keepPath && isScript(path) && isProgram(answer.path) ? answer.path : path };
}

function readAnswer(stdout: string): Interpreter | undefined {
  try {
    const answer = JSON.parse(stdout) as Partial<Interpreter> | null;
    const { path, version, tag, machine } = answer ?? {};
    if (typeof version !== 'string' || typeof tag !== 'string') return undefined;
    return { path: String(path), version, tag, machine: String(machine) };
  } catch {
    return undefined;
  }
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function tooOld(path: string, version: string) {
  return serveError('PYTHON_TOO_OLD', { path, version, oldest: OLDEST.join('.') });
}

/** Whether the file is text to be run by another program. */
function isScript(path: string): boolean {
  const head = Buffer.alloc(2);
  const file = openSync(path, 'r');
  try {
    return readSync(file, head) === 2 && head.toString('latin1') === '#!';
  } finally {
    closeSync(file);
  }
}

interface Ran {
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
  /** Empty when it ended as it should. */
  readonly problem: string;
}

function run(file: string, args: readonly string[], environment: Environment): Promise<Ran> {
  return new Promise((done) => {
    const options = {
      env: environment as NodeJS.ProcessEnv,
      timeout: PROBE_LIMIT_MS,
      encoding: 'utf8',
    } as const;
    execFile(file, [...args], options, (error, stdout, stderr) => {
      const problem = error ? complaintIn(stderr) || error.message : '';
      done({ stdout, output: stdout + stderr, problem });
    });
  });
}

/** The line that tells: of a traceback the last one, of a program's message the first, as advice may follow. */
function complaintIn(stderr: string): string | undefined {
  const lines = stderr.split('\n').flatMap((line) => line.trim() || []);
  const fatal = lines.find((line) => line.startsWith('Fatal Python error'));
  return fatal ?? (stderr.includes('Traceback (most recent call last)') ? lines.at(-1) : lines[0]);
}
