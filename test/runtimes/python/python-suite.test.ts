import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allPythons, type Python, pythonWith } from './interpreters.js';

const TESTS = fileURLToPath(new URL('./ts', import.meta.url));
const PACKAGE_PARENT = fileURLToPath(new URL('../../../src/runtimes/python', import.meta.url));
const LIMIT_MS = 240_000;

const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^test_\w+\.py$/.test(basename(path)))
  .sort();

describe('the tests of the Python package', () => {
  for (const file of files) {
    const needs = needsOf(file);
    const python = pythonWith(...needs);
    it.skipIf('reason' in python)(
      `${file.replace(/\.py$/, '')}${'reason' in python ? ` (${python.reason})` : ''}`,
      async () => {
        const { status, output } = await runTests(python as Python, file);
        expect(output).toMatch(/^OK/m);
        expect(status).toBe(0);
      },
      LIMIT_MS,
    );
  }
});

describe('the worker on other versions of Python', () => {
  const [first, ...others] = allPythons();
  const own = files.filter((file) => /^(worker|protocol)\//.test(file) && needsOf(file).length === 0);
  it.skipIf(!first)('is tested on the one that a server would choose', () => {
    expect(own.length).toBeGreaterThan(0);
  });
  for (const python of others)
    it(
      `holds on Python ${python.version}`,
      async () => {
        for (const file of own) {
          const { output } = await runTests(python, file);
          expect(output).toMatch(/^OK/m);
        }
      },
      LIMIT_MS,
    );
});

/** `NEEDS = ["torch"]` at the top level of a test file. */
function needsOf(file: string): readonly string[] {
  const line = /^NEEDS = (\[.*\])/m.exec(readFileSync(join(TESTS, file), 'utf8'))?.[1];
  return line ? (JSON.parse(line) as string[]) : [];
}

async function runTests(python: Python, file: string): Promise<{ status: number | null; output: string }> {
  const path = join(TESTS, file);
  const child = spawn(python.path, ['-m', 'unittest', relative(dirname(path), path)], {
    cwd: dirname(path),
    env: { ...process.env, PYTHONPATH: PACKAGE_PARENT, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const take = (bytes: Buffer): void => {
    output += bytes.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, output };
}
