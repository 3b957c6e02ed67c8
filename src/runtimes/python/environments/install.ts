import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { serveError } from '../../../core/errors.js';
import { runTool, type ToolEnd, type ToolRun } from './run-tool.js';

/** What is to be put into a new environment, and for whom. */
export interface Installation {
  readonly model: string;
  /** Interpreter the environment is for. */
  readonly python: string;
  /** Absolute path of the requirements file; undefined for a bare virtual environment. */
  readonly requirementsFile: string | undefined;
  /** The model's folder: relative paths of the requirements start here. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For each program that is run, s. */
  readonly limitSec: number;
  onLine(stream: 'stdout' | 'stderr', line: string): void;
}

const WINDOWS = process.platform === 'win32';
const VENV = 'venv';
/** Where an environment's folder has its packages, and its interpreter. */
export const PACKAGES = 'packages';
export const VENV_PYTHON = WINDOWS ? join(VENV, 'Scripts', 'python.exe') : join(VENV, 'bin', 'python');

const QUIET = ['--disable-pip-version-check', '--no-input', '--no-color', '--progress-bar', 'off'];
/** Options that would send packages elsewhere or cannot go with ours. */
const STRAY_OPTIONS = ['PIP_TARGET', 'PIP_PREFIX', 'PIP_ROOT', 'PIP_USER', 'PIP_REQUIRE_VIRTUALENV'];
/** As variables, which a pip that is too old to know them passes over. */
const CALM = { PIP_ROOT_USER_ACTION: 'ignore', PIP_NO_PYTHON_VERSION_WARNING: '1' };
const MAX_REASON_LENGTH = 1000;
const MAX_SCRIPT_BYTES = 1024 * 1024;

/**
 * Installs requirements into `<folder>/packages`, to be found by PYTHONPATH.
 *
 * @throws ServeError PIP_FAILED with pip's own words, PIP_MISSING
 */
export async function installPackages(folder: string, installation: Installation): Promise<void> {
  const target = ['--no-warn-script-location', '--target', join(folder, PACKAGES)];
  const end = await pip(installation.python, target, installation);
  if (end === 'no-module') throw pipMissing(installation);
}

/**
 * Makes a virtual environment in `<folder>/venv` that also sees its parent's packages, behind its own, and installs the
 * requirements into it. `finalFolder` is where the folder is going to be.
 *
 * @throws ServeError VENV_FAILED, PIP_FAILED with pip's own words, PIP_MISSING
 */
export async function installVenv(
  folder: string,
  finalFolder: string,
  installation: Installation,
): Promise<void> {
  await makeVenv(join(folder, VENV), installation);
  const python = join(folder, VENV_PYTHON);
  if (installation.requirementsFile !== undefined) await pipInVenv(python, installation);
  await renameInTexts(dirname(python), folder, finalFolder);
  await renameInTexts(join(folder, VENV), folder, finalFolder);
}

/** pip is not copied into the new environment, which would take longer than all else: it sees its parent's. */
const MAKE_VENV = [
  'import json,os,site,sys,sysconfig,venv',
  'place=sys.argv[1]',
  'venv.EnvBuilder(symlinks=os.name!="nt").create(place)',
  'user=[site.getusersitepackages()] if site.ENABLE_USER_SITE else []',
  'scheme="nt" if os.name=="nt" else "venv" if "venv" in sysconfig.get_scheme_names() else "posix_prefix"',
  'own=sysconfig.get_path("purelib",scheme,{"base":place,"platbase":place})',
  'with open(os.path.join(own,"inherited-site-packages.pth"),"w") as file:',
  ' for path in filter(os.path.isdir,user+site.getsitepackages()):',
  '  file.write("import site; site.addsitedir(%s)\\n"%json.dumps(path))',
].join('\n');

async function makeVenv(place: string, installation: Installation): Promise<void> {
  const { model, python, limitSec } = installation;
  const said = new Complaints();
  const end = await run(python, { code: MAKE_VENV }, [place], installation, said);
  if (end !== 'done') throw serveError('VENV_FAILED', { model, reason: said.reason(end, limitSec) });
}

async function pipInVenv(python: string, installation: Installation): Promise<void> {
  const options = ['--upgrade-strategy', 'only-if-needed'];
  if ((await pip(python, options, installation)) !== 'no-module') return;
  // The parent has no pip: Python brings one along, unless it was left out.
  const end = await run(python, { module: 'ensurepip' }, [], installation, new Complaints());
  if (end !== 'done' || (await pip(python, options, installation)) === 'no-module')
    throw pipMissing(installation);
}

/** Throws PIP_FAILED; an interpreter without pip is for the caller to judge. */
async function pip(
  python: string,
  options: readonly string[],
  installation: Installation,
): Promise<'done' | 'no-module'> {
  const { model, requirementsFile = '', limitSec } = installation;
  const said = new Complaints();
  const args = ['install', ...QUIET, '--upgrade', ...options, '--requirement', requirementsFile];
  const end = await run(python, { module: 'pip' }, args, installation, said);
  if (end === 'done' || end === 'no-module') return end;
  throw serveError('PIP_FAILED', { model, reason: said.reason(end, limitSec) });
}

function pipMissing({ model, python }: Installation) {
  return serveError('PIP_MISSING', { model, path: python });
}

function run(
  python: string,
  program: ToolRun['program'],
  args: readonly string[],
  { directory, environment, limitSec, onLine }: Installation,
  said: Complaints,
): Promise<ToolEnd> {
  const kept = Object.entries(environment).filter(([name]) => !STRAY_OPTIONS.includes(name));
  return runTool({
    python,
    program,
    args,
    directory,
    environment: { ...CALM, ...Object.fromEntries(kept) },
    limitMs: limitSec * 1000,
    onLine(stream, line) {
      said.hear(line);
      onLine(stream, line);
    },
  });
}

/** What a tool said that sounds like the reason of its failure. */
class Complaints {
  /** Of pip's errors the last ones say what the matter is. */
  #errors: string[] = [];
  #last = '';

  hear(line: string): void {
    const text = line.trim();
    if (text === '') return;
    this.#last = text;
    if (/^error: /i.test(text)) this.#errors = [...this.#errors, text].slice(-3);
  }

  reason(end: ToolEnd, limitSec: number): string {
    if (end === 'too-late') return `it took longer than ${limitSec} s (python_install_timeout)`;
    const text = this.#errors.length > 0 ? this.#errors.join(' ') : this.#last;
    return (text || 'it ended without a word').slice(0, MAX_REASON_LENGTH);
  }
}

/** Programs and settings of a virtual environment name its full path. */
async function renameInTexts(folder: string, from: string, to: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path);
    if (!found.isFile() || found.size > MAX_SCRIPT_BYTES) continue;
    const bytes = await readFile(path);
    if (bytes.includes(0) || !bytes.includes(from)) continue;
    await writeFile(path, bytes.toString('utf8').replaceAll(from, to));
  }
}
