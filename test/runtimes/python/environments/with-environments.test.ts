import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../../src/config/resolve.js';
import { withEnvironments } from '../../../../src/runtimes/python/environments/with-environments.js';
import type {
  LaunchDemand,
  PrepareDemand,
  PreparedProgram,
  Runtime,
} from '../../../../src/runtimes/runtime.js';
import { OFFLINE, thisPython, wheelsOf, writeWheel } from './python.js';

const python = (await thisPython()) ?? '';

let folder: string;
let model: string;
let lines: string[];
let programs: (PreparedProgram | undefined)[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ts-prepare-')));
  model = join(folder, 'model');
  mkdirSync(model);
  lines = [];
  programs = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Notes what it is told to start workers with. */
const base: Runtime = {
  names: ['python'],
  command({ prepared }) {
    programs.push(prepared);
    return { file: '', args: [], environment: {}, directory: '' };
  },
};

async function prepare(
  demand: Partial<PrepareDemand> = {},
  keys: Record<string, string> = {},
  runtime = withEnvironments(base, process.env),
): Promise<{ program: PreparedProgram | undefined; release: () => Promise<void> | undefined }> {
  const flags = { python_environments: join(folder, 'cache'), python_executable: python, ...keys };
  const prepared = await runtime.prepare?.({
    model: 'm',
    version: '1.0',
    directory: model,
    requirementsFile: undefined,
    word: 'python',
    useVenv: false,
    settings: resolveSettings({ flags, env: {}, cwd: folder }).settings,
    environment: OFFLINE,
    onLine: (_, line) => lines.push(line),
    ...demand,
  });
  prepared?.command({} as LaunchDemand);
  return { program: programs.at(-1), release: () => prepared?.release?.() };
}

function requires(text: string): { requirementsFile: string } {
  writeFileSync(join(model, 'requirements.txt'), text);
  return { requirementsFile: 'requirements.txt' };
}

const INSTALL = { install_py_dep_per_model: 'true' };
const environments = () => readdirSync(join(folder, 'cache')).filter((name) => /^[0-9a-f]{40}$/.test(name));

describe.skipIf(!python)('a Python model', () => {
  it('has only an interpreter when it needs no more', async () => {
    expect((await prepare(requires('six'))).program).toEqual({ interpreter: python, packages: undefined });
    expect((await prepare({}, INSTALL)).program).toEqual({ interpreter: python, packages: undefined });
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  it('has its requirements installed once, however many ask at a time', async () => {
    writeWheel(python, wheelsOf(model), 'offline_one', '1.0', 'value = 7');
    const demand = requires('-f wheels\noffline-one');
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => prepare(demand, INSTALL)));
    expect(lines.filter((line) => line.startsWith('Successfully installed'))).toHaveLength(1);
    for (const other of others) expect(other.program).toEqual(first?.program);
    const PYTHONPATH = first?.program?.packages ?? '';
    const env = { ...process.env, PYTHONPATH };
    expect(String(execFileSync(python, ['-c', 'import offline_one as o; print(o.value)'], { env }))).toBe(
      '7\n',
    );
    const began = Date.now();
    await prepare(demand, INSTALL);
    expect(Date.now() - began).toBeLessThan(500);
  });

  it('with useVenv has an interpreter of its own', async () => {
    const { program } = await prepare({ useVenv: true, ...requires('six') });
    expect(program?.interpreter).toMatch(/cache\/[0-9a-f]{40}\/venv\/bin\/python$/);
    expect(program?.packages).toBeUndefined();
    const sees = 'import sys,pip; print(sys.prefix != sys.base_prefix)';
    expect(String(execFileSync(program?.interpreter ?? '', ['-c', sees]))).toBe('True\n');
  });

  it('leaves nothing behind when its requirements cannot be installed', async () => {
    await expect(prepare(requires('no-such-package-anywhere'), INSTALL)).rejects.toMatchObject({
      code: 'PIP_FAILED',
      message: expect.stringContaining('no-such-package-anywhere'),
    });
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it('keeps its environment until it has gone', async () => {
    const python_environments_max_bytes = '1';
    const others = ['one', 'two'].map((name) => join(folder, name));
    for (const other of others) symlinkSync(python, other);
    const { release } = await prepare({ useVenv: true }, { python_environments_max_bytes });
    const [first] = environments();
    const makeAnother = (python_executable = '') =>
      prepare({ useVenv: true }, { python_environments_max_bytes, python_executable });
    await makeAnother(others[0]);
    expect(environments()).toHaveLength(2);
    await release();
    await makeAnother(others[1]);
    expect(environments()).toHaveLength(2);
    expect(environments()).not.toContain(first);
  });

  it('is refused without an interpreter', async () => {
    const keys = { python_executable: join(folder, 'no-python') };
    await expect(prepare({}, keys)).rejects.toMatchObject({ code: 'PYTHON_NOT_FOUND' });
    await expect(prepare({}, { python_executable: '', python: join(folder, 'no-python') })).rejects.toThrow(
      join(folder, 'no-python'),
    );
  });
});

const registry = python !== '' && (await reaches());

/** Whether the index that pip is configured for answers. */
async function reaches(): Promise<boolean> {
  try {
    const args = ['-m', 'pip', 'download', '--no-deps', '--dest', tmpdir(), '--quiet', '--timeout', '5'];
    execFileSync(python, [...args, '--retries', '0', 'iniconfig==2.0.0'], {
      stdio: 'ignore',
      timeout: 20_000,
    });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!registry)('with a registry', () => {
  it('has packages from there', async () => {
    const { program } = await prepare({ environment: process.env, ...requires('iniconfig==2.0.0') }, INSTALL);
    expect(readdirSync(program?.packages ?? '').sort()).toEqual(['iniconfig', 'iniconfig-2.0.0.dist-info']);
  });
});
