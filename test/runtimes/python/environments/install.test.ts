import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Installation,
  installPackages,
  installVenv,
  PACKAGES,
  VENV_PYTHON,
} from '../../../../src/runtimes/python/environments/install.js';
import { OFFLINE, SLOW_PROJECT, thisPython, wheelsOf, writeWheel } from './python.js';

const python = (await thisPython()) ?? '';

let folder: string;
let model: string;
let place: string;
let lines: string[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ts-install-')));
  model = join(folder, 'model');
  place = join(folder, 'making');
  mkdirSync(model);
  mkdirSync(place);
  lines = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function installation(requirements: string, options: Partial<Installation> = {}): Installation {
  writeFileSync(join(model, 'requirements.txt'), requirements);
  return {
    model: 'm',
    python,
    requirementsFile: join(model, 'requirements.txt'),
    directory: model,
    environment: OFFLINE,
    limitSec: 60,
    onLine: (_, line) => lines.push(line),
    ...options,
  };
}

const ask = (interpreter: string, code: string, env: Record<string, string> = {}) =>
  execFileSync(interpreter, ['-c', code], { encoding: 'utf8', env: { ...process.env, ...env } }).trim();

describe.skipIf(!python)('installing', () => {
  it('puts packages of a folder in the archive where PYTHONPATH finds them', async () => {
    writeWheel(python, wheelsOf(model), 'offline_one', '1.0', 'value = 41');
    writeWheel(python, wheelsOf(model), 'offline_one', '1.1', 'value = 42');
    await installPackages(
      place,
      installation('--no-index\n--find-links wheels\noffline-one >= 1  # newest\n'),
    );
    const PYTHONPATH = join(place, PACKAGES);
    expect(ask(python, 'import offline_one; print(offline_one.value)', { PYTHONPATH })).toBe('42');
    expect(lines.at(-1)).toContain('Successfully installed offline');
  });

  it('makes a virtual environment that prefers its own packages and sees its parent’s', async () => {
    writeWheel(python, wheelsOf(model), 'offline_two', '1.0', 'def main(): print("ran")');
    await installVenv(place, join(folder, 'final'), installation('wheels/offline_two-1.0-py3-none-any.whl'));
    renameSync(place, join(folder, 'final'));
    const own = join(folder, 'final', VENV_PYTHON);
    const shown = ask(
      own,
      'import offline_two,pip,sys; print(offline_two.__file__, pip.__file__, sys.prefix)',
    );
    const [two, pip, prefix] = shown.split(' ');
    expect(two).toContain(join(folder, 'final', 'venv'));
    expect(pip).not.toContain(folder);
    expect(prefix).toBe(join(folder, 'final', 'venv'));
    expect(execFileSync(join(own, '..', 'offline_two-tool'), { encoding: 'utf8' })).toBe('ran\n');
  });

  it('may make a bare virtual environment', async () => {
    await installVenv(place, place, { ...installation(''), requirementsFile: undefined });
    expect(ask(join(place, VENV_PYTHON), 'import sys; print(sys.prefix)')).toBe(join(place, 'venv'));
    expect(lines).toEqual([]);
  });

  it('tells pip’s own reason', async () => {
    const wanted = installation('no-such-package-anywhere == 1.0\n');
    const error = {
      code: 'PIP_FAILED',
      status: 400,
      type: 'ModelException',
      message: expect.stringMatching(
        /^Custom pip package installation failed for model m: ERROR: .*no-such-package-anywhere/,
      ),
    };
    await expect(installPackages(place, wanted)).rejects.toMatchObject(error);
    await expect(installVenv(place, place, wanted)).rejects.toMatchObject(error);
  });

  it('says which file is not there', async () => {
    const wanted = { ...installation(''), requirementsFile: join(model, 'nowhere.txt') };
    await expect(installPackages(place, wanted)).rejects.toThrow(
      /Could not open requirements file.*nowhere\.txt/,
    );
  });

  it('names the limit that was too short', async () => {
    mkdirSync(join(model, 'slow'));
    for (const [name, text] of Object.entries(SLOW_PROJECT)) writeFileSync(join(model, 'slow', name), text);
    const wanted = installation('./slow\n', { limitSec: 2 });
    const began = Date.now();
    await expect(installPackages(place, wanted)).rejects.toMatchObject({
      code: 'PIP_FAILED',
      message: expect.stringContaining('it took longer than 2 s (python_install_timeout)'),
    });
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  it('does not let options of the environment send packages elsewhere', async () => {
    writeWheel(python, wheelsOf(model), 'offline_one', '1.0', '');
    const environment = { ...OFFLINE, PIP_USER: '1', PIP_TARGET: join(folder, 'elsewhere') };
    await installPackages(place, installation('-f wheels\noffline-one', { environment }));
    expect(existsSync(join(place, PACKAGES, 'offline_one'))).toBe(true);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });
});

describe.skipIf(!python)('an interpreter that lacks', () => {
  it('pip is told so, unless it can bring one for a virtual environment', async () => {
    execFileSync(python, ['-m', 'venv', '--without-pip', join(folder, 'bare')]);
    const bare = join(folder, 'bare/bin/python');
    const wanted = installation('six', { python: bare });
    await expect(installPackages(place, wanted)).rejects.toMatchObject({
      code: 'PIP_MISSING',
      message: expect.stringContaining(`${bare} has no pip`),
    });
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'ensurepip.py'), 'raise ImportError("ensurepip is left out")');
    const without = { ...wanted, environment: { ...OFFLINE, PYTHONPATH: broken } };
    await expect(installVenv(place, place, without)).rejects.toMatchObject({ code: 'PIP_MISSING' });
  });

  it('venv is told so', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'venv.py'), 'raise ImportError("No module named venv")');
    const wanted = installation('', { environment: { ...OFFLINE, PYTHONPATH: broken } });
    await expect(installVenv(place, place, wanted)).rejects.toMatchObject({
      code: 'VENV_FAILED',
      message: 'Virtual environment creation failed for model m: No module named venv',
      hint: expect.stringContaining('python3-venv'),
    });
  });
});
