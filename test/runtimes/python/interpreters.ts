import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A Python that tests may run. */
export interface Python {
  /** Absolute. */
  readonly path: string;
  /** `3.11`. */
  readonly version: string;
}

const NAMES = ['python', 'python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.9'];
const OLDEST_MINOR = 9;
const PROBE_LIMIT_MS = 30_000;

let everything: readonly Python[] | undefined;
const modules = new Map<string, ReadonlySet<string>>();

/**
 * The Pythons of this machine that workers can run on, one of each version: those named in `TS_SERVE_TEST_PYTHONS` (paths,
 * separated as in PATH), those on PATH, and those of pyenv. The first is what a server would choose, unless the variable
 * names another.
 */
export function allPythons(): readonly Python[] {
  const versions = new Set<string>();
  return distinctPythons().filter(({ version }) => !versions.has(version) && versions.add(version));
}

/** A Python that can import these packages, or why the tests that need one are skipped. */
export function pythonWith(...packages: readonly string[]): Python | { readonly reason: string } {
  const fitting = distinctPythons().find(({ path }) => {
    return packages.length === 0 || packages.every((name) => modulesOf(path).has(name));
  });
  const wanted = packages.length > 0 ? ` with ${packages.join(' and ')}` : '';
  return fitting ?? { reason: `no Python 3.${OLDEST_MINOR} or newer${wanted} was found` };
}

function distinctPythons(): readonly Python[] {
  if (everything) return everything;
  const byPath = new Map<string, Python>();
  for (const candidate of new Set(candidates())) {
    const python = ask(candidate);
    if (python && !byPath.has(python.path)) byPath.set(python.path, python);
  }
  everything = [...byPath.values()];
  return everything;
}

function candidates(): readonly string[] {
  const named = (process.env.TS_SERVE_TEST_PYTHONS ?? '').split(delimiter).filter(Boolean);
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...named, ...onPath, ...pyenvPythons()].filter((path) => existsSync(path));
}

function pyenvPythons(): readonly string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .filter((name) => /^3\.\d+\.\d+$/.test(name))
    .map((name) => join(versions, name, 'bin', 'python'));
}

function ask(path: string): Python | undefined {
  const question = 'import sys; print("%d.%d" % sys.version_info[:2], sys.executable)';
  const options = { encoding: 'utf8', timeout: PROBE_LIMIT_MS } as const;
  const { stdout } = spawnSync(path, ['-I', '-S', '-c', question], options);
  const [version = '', executable = ''] = stdout?.trim().split(' ') ?? [];
  const [major, minor] = version.split('.').map(Number);
  if (major !== 3 || minor === undefined || minor < OLDEST_MINOR) return undefined;
  return { path: executable || path, version };
}

/** Names that the interpreter can import from where its packages are. */
function modulesOf(path: string): ReadonlySet<string> {
  const known = modules.get(path);
  if (known) return known;
  const question = 'import pkgutil; print(*(each.name for each in pkgutil.iter_modules()))';
  const options = {
    encoding: 'utf8',
    timeout: PROBE_LIMIT_MS,
    env: { ...process.env, PYTHONPATH: '' },
  } as const;
  const names = new Set(spawnSync(path, ['-c', question], options).stdout?.trim().split(' '));
  modules.set(path, names);
  return names;
}
