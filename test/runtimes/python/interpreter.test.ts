import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findInterpreter,
  findInterpreters,
  InterpreterProbes,
} from '../../../src/runtimes/python/interpreter.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ts-python-')));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program below the private folder that runs these shell lines. */
function program(path: string, lines = ''): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
}

const path = (...names: string[]) => names.map((name) => join(folder, name)).join(delimiter);

describe('the interpreter of a model', () => {
  it('is python on PATH, and python3 for the runtime python3', () => {
    const python = program('b/python');
    const python3 = program('b/python3');
    const environment = { PATH: path('a', 'b') };
    expect(findInterpreter({ word: 'python', executable: undefined, environment })).toBe(python);
    expect(findInterpreter({ word: 'python3', executable: undefined, environment })).toBe(python3);
  });

  it('is the other of the two names where a system has only one', () => {
    const python3 = program('b/python3');
    const environment = { PATH: path('b') };
    expect(findInterpreter({ word: 'python', executable: undefined, environment })).toBe(python3);
  });

  it('is that of the active virtual environment before PATH', () => {
    program('b/python');
    const active = program('venv/bin/python');
    const environment = { PATH: path('b'), VIRTUAL_ENV: join(folder, 'venv') };
    expect(findInterpreter({ word: 'python3', executable: undefined, environment })).toBe(active);
    const gone = { PATH: path('b'), VIRTUAL_ENV: join(folder, 'nowhere') };
    expect(findInterpreter({ word: 'python', executable: undefined, environment: gone })).toBe(
      join(folder, 'b/python'),
    );
  });

  it('is what python_executable says, as a path or as a name on PATH', () => {
    program('b/python');
    const mine = program('c/python3.12');
    const environment = { PATH: path('b', 'c'), VIRTUAL_ENV: join(folder, 'b') };
    expect(findInterpreter({ word: 'python', executable: mine, environment })).toBe(mine);
    expect(findInterpreter({ word: 'python', executable: 'python3.12', environment })).toBe(mine);
  });

  it('is missed with the names that were looked for, and the key', () => {
    writeFileSync(join(folder, 'python'), 'no program');
    const environment = { PATH: folder };
    expect(() => findInterpreter({ word: 'python', executable: undefined, environment })).toThrow(
      expect.objectContaining({
        code: 'PYTHON_NOT_FOUND',
        message: `No Python interpreter was found: looked for python, python3, these names on PATH (${folder}). The key python_executable may name another.`,
        hint: expect.stringContaining('--python-executable'),
      }),
    );
    expect(() => findInterpreter({ word: 'python', executable: '/no/where', environment })).toThrow(
      'looked for /no/where, this file.',
    );
  });
});

const ANSWER = '{"path": "PATH", "version": "3.12.1", "tag": "cpython-312", "machine": "Linux x86_64"}';

describe('asking an interpreter', () => {
  it('tells the real one’s version', async () => {
    const found = findInterpreter({ word: 'python3', executable: undefined, environment: process.env });
    const interpreter = await new InterpreterProbes().probe(found, process.env);
    expect(interpreter.version).toMatch(/^3\.\d+\.\d+$/);
    expect(interpreter.tag).toMatch(/-3\d+$/);
  });

  it('is done once for each file as it is', async () => {
    const count = join(folder, 'count');
    const python = program('python', `echo x >> ${count}; echo '${ANSWER}'`);
    const probes = new InterpreterProbes();
    await Promise.all([probes.probe(python, process.env), probes.probe(python, process.env)]);
    expect((await probes.probe(python, process.env)).version).toBe('3.12.1');
    program('python', `echo xx >> ${count}; echo '${ANSWER.replace('3.12.1', '3.13.0')}'`);
    expect((await probes.probe(python, process.env)).version).toBe('3.13.0');
  });

  it('finds the interpreter behind a script that stands for it, but not behind one that was named', async () => {
    const real = join(folder, 'real');
    symlinkSync('/bin/sh', real);
    const python = program('python', `echo '${ANSWER.replace('PATH', real)}'`);
    const probes = new InterpreterProbes();
    expect((await probes.probe(python, process.env)).path).toBe(real);
    expect((await probes.probe(python, process.env, true)).path).toBe(python);
  });

  it('refuses versions that workers cannot run on', async () => {
    const old = program('python', `echo '${ANSWER.replace('3.12.1', '3.8.18')}'`);
    await expect(new InterpreterProbes().probe(old, process.env)).rejects.toMatchObject({
      code: 'PYTHON_TOO_OLD',
      message: `The Python interpreter ${old} is Python 3.8.18; workers need 3.9 or newer.`,
    });
    const ancient = program('python2', '[ "$1" = --version ] && echo Python 2.7.18 && exit; exit 2');
    await expect(new InterpreterProbes().probe(ancient, process.env)).rejects.toMatchObject({
      code: 'PYTHON_TOO_OLD',
      message: expect.stringContaining('is Python 2.7.18'),
    });
  });

  it('passes over a python that is too old for one that serves', async () => {
    const old = program('a/python', `echo '${ANSWER.replace('3.12.1', '2.7.18')}'`);
    const good = program('b/python3', `echo '${ANSWER}'`);
    const probes = new InterpreterProbes();
    expect((await probes.probeFirst([old, good], process.env, true)).path).toBe(good);
    expect((await probes.probeFirst([good, old], process.env, true)).path).toBe(good);
    await expect(probes.probeFirst([old, old], process.env)).rejects.toMatchObject({
      code: 'PYTHON_TOO_OLD',
    });
    const environment = { PATH: path('a', 'b') };
    expect(findInterpreters({ word: 'python', executable: undefined, environment })).toEqual([old, good]);
  });

  it('says why one cannot be used, and asks again next time', async () => {
    const broken = program('python', 'echo "no such version installed" >&2; exit 127');
    const probes = new InterpreterProbes();
    await expect(probes.probe(broken, process.env)).rejects.toMatchObject({
      code: 'PYTHON_UNUSABLE',
      message: `The Python interpreter ${broken} cannot be used: no such version installed`,
    });
    const silent = program('silent');
    await expect(probes.probe(silent, process.env)).rejects.toThrow('it does not answer as Python does');
  });

  it.each([
    [
      'pyenv: python3.12: command not found\n\nNote: see its help for tips\n   and more.',
      'pyenv: python3.12: command not found',
    ],
    ['Traceback (most recent call last):\n  File "x", line 1\nImportError: no json', 'ImportError: no json'],
    [
      'Could not find <prefix>\nFatal Python error: no encodings\n\n<no Python frame>',
      'Fatal Python error: no encodings',
    ],
  ])('picks the line that tells from %j', async (said, reason) => {
    const broken = program('python', `printf '%s' '${said}' >&2; exit 1`);
    await expect(new InterpreterProbes().probe(broken, process.env)).rejects.toThrow(
      `cannot be used: ${reason}`,
    );
  });
});
