import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonRuntime } from '../../../src/runtimes/python/runtime.js';
import type { LaunchDemand } from '../../../src/runtimes/runtime.js';

let folder: string;
let demand: LaunchDemand;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ts-python-runtime-')));
  const python = join(folder, 'bin', 'python');
  mkdirSync(dirname(python));
  mkdirSync(join(folder, 'model'));
  writeFileSync(python, '#!/bin/sh\n');
  chmodSync(python, 0o755);
  demand = {
    directory: join(folder, 'model'),
    handler: 'handler.py',
    device: { type: 'cpu' },
    threads: 3,
    socket: '/run/workers.sock',
    token: 'secret',
    environment: { PATH: join(folder, 'bin'), MINE: 'seen' },
  };
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const modulePath = (changes: Partial<LaunchDemand>) =>
  pythonRuntime.command({ ...demand, ...changes }).environment.PYTHONPATH?.split(delimiter) ?? [];

describe('pythonRuntime', () => {
  it('serves TorchServe’s words for Python, whose printed metrics count', () => {
    expect(pythonRuntime.names).toEqual(['python', 'python3']);
    expect(pythonRuntime.printsMetrics).toBe(true);
  });

  it('starts the worker program in the folder of the archive, with the Python of PATH unless one is prepared', () => {
    const { file, args, directory } = pythonRuntime.command(demand);
    expect(file).toBe(join(folder, 'bin', 'python'));
    expect(args).toHaveLength(1);
    expect(existsSync(args[0] ?? '')).toBe(true);
    expect(directory).toBe(demand.directory);
    const prepared = { interpreter: '/venv/bin/python', packages: undefined };
    expect(pythonRuntime.command({ ...demand, prepared }).file).toBe('/venv/bin/python');
  });

  it('tells the worker where to dial, and leaves the environment as it is otherwise', () => {
    const { environment } = pythonRuntime.command(demand);
    expect(environment).toMatchObject({
      MINE: 'seen',
      TS_SERVE_WORKER_SOCKET: '/run/workers.sock',
      TS_SERVE_WORKER_TOKEN: 'secret',
    });
    // A share of the CPUs is told in LOAD; the variable is the operator's.
    expect(environment).not.toHaveProperty('OMP_NUM_THREADS');
  });

  it('searches modules in TorchServe’s order, our package at last', () => {
    const own = modulePath({}).at(-1) ?? '';
    expect(existsSync(join(own, 'ts', 'context.py'))).toBe(true);
    expect(modulePath({})).toEqual([demand.directory, own]);
    const environment = { ...demand.environment, PYTHONPATH: '/inherited' };
    const prepared = { interpreter: '/p', packages: '/installed' };
    expect(modulePath({ environment, prepared, handler: '/some/where/handler.py:run' })).toEqual([
      '/some/where',
      '/inherited',
      demand.directory,
      '/installed',
      own,
    ]);
    expect(modulePath({ handler: 'module:run' })[0]).toBe('module');
  });

  it('names the folder itself where the archive is a link', () => {
    const link = join(folder, 'link');
    symlinkSync(demand.directory, link);
    expect(modulePath({ directory: link })[0]).toBe(demand.directory);
  });
});
