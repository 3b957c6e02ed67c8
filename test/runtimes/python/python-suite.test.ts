import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

describe.concurrent('the worker on other versions of Python', () => {
  const [first, ...others] = allPythons();
  const folders = ['worker', 'protocol'] as const;
  it.skipIf(!first)('is tested on the one that a server would choose', ({ expect }) => {
    for (const folder of folders) expect(filesOf(folder).length).toBeGreaterThan(0);
  });
  for (const python of others)
    it(
      `holds on Python ${python.version}`,
      async ({ expect }) => {
        for (const folder of folders) {
          const { output } = await runTests(python, ...filesOf(folder));
          expect(output).toMatch(/^OK/m);
        }
      },
      LIMIT_MS,
    );
});

/** Tests of one folder that need no package; groups of ranks need torch. */
function filesOf(folder: string): readonly string[] {
  const plain = (file: string) => needsOf(file).length === 0 && !basename(file).startsWith('test_group_');
  return files.filter((file) => dirname(file) === folder && plain(file));
}

/** `NEEDS = ["torch"]` at the top level of a test file. */
function needsOf(file: string): readonly string[] {
  const line = /^NEEDS = (\[.*\])/m.exec(readFileSync(join(TESTS, file), 'utf8'))?.[1];
  return line ? (JSON.parse(line) as string[]) : [];
}

/** Runs test files of one folder. */
async function runTests(
  python: Python,
  ...paths: readonly string[]
): Promise<{ status: number | null; output: string }> {
  const child = spawn(python.path, ['-m', 'unittest', ...paths.map((path) => basename(path))], {
    cwd: join(TESTS, dirname(paths[0] ?? '')),
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
