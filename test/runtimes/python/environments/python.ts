import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../../../src/runtimes/python/environments/lock.js';
import { findInterpreter, InterpreterProbes } from '../../../../src/runtimes/python/interpreter.js';

/** The interpreter that models get here; undefined where there is none that serves. */
export async function thisPython(): Promise<string | undefined> {
  try {
    const found = findInterpreter({ word: 'python3', executable: undefined, environment: process.env });
    return (await new InterpreterProbes().probe(found, process.env)).path;
  } catch {
    return undefined;
  }
}

/** Whether a process still runs: one that has ended but that its parent has not asked about does not. */
export function isRunning(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

const WHEEL = [
  'import sys,zipfile',
  'folder,name,version,text=sys.argv[1:]',
  'info=f"{name}-{version}.dist-info"',
  'with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl","w") as wheel:',
  ' wheel.writestr(f"{name}/__init__.py",text)',
  ' wheel.writestr(f"{info}/METADATA",f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")',
  ' wheel.writestr(f"{info}/WHEEL","Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")',
  ' wheel.writestr(f"{info}/entry_points.txt",f"[console_scripts]\\n{name}-tool={name}:main\\n")',
  ' wheel.writestr(f"{info}/RECORD","")',
].join('\n');

/** Writes a wheel of one module with a program `<name>-tool`. */
export function writeWheel(
  python: string,
  folder: string,
  name: string,
  version: string,
  text: string,
): void {
  mkdirSync(folder, { recursive: true });
  execFileSync(python, ['-I', '-c', WHEEL, folder, name, version, text]);
}

/** Files of a project that takes a minute to build, with a build backend of its own, so that pip needs no other. */
export const SLOW_PROJECT = {
  'pyproject.toml': '[build-system]\nrequires = []\nbuild-backend = "slow"\nbackend-path = ["."]\n',
  'slow.py': 'import time\ntime.sleep(60)\n',
};

/** pip must see nothing but what a test gives it. */
export const OFFLINE = {
  PATH: process.env.PATH,
  PIP_CONFIG_FILE: '/dev/null',
  PIP_NO_INDEX: '1',
  PIP_NO_CACHE_DIR: '1',
};

/** Folder of wheels beside a requirements file. */
export const wheelsOf = (directory: string): string => join(directory, 'wheels');
