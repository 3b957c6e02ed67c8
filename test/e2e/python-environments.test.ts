import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFLINE, SLOW_PROJECT, thisPython, writeWheel } from '../runtimes/python/environments/python.js';
import { type StartedServer, startServer } from '../started-server.js';
import { writePythonModel } from './failing-models.js';

const BIN = fileURLToPath(new URL('../../bin/ts.js', import.meta.url));
const python = await thisPython();

/** Answers with the version of the package it sees, and with its interpreter. */
const HANDLER = `
import json
import sys

try:
    from offline_pkg import value
except ImportError:
    value = None


def handle(data, context):
    return [json.dumps({"value": value, "prefix": sys.prefix, "path": sys.path})] * len(data or [])
`;

let folder: string;
let store: string;
let environments: string;
let server: StartedServer;

beforeAll(async () => {
  if (!python) return;
  folder = mkdtempSync(join(tmpdir(), 'ts-e2e-environments-'));
  store = join(folder, 'store');
  environments = join(folder, 'environments');
  mkdirSync(store);
  for (const version of ['1.0', '2.0'])
    writeWheel(python, join(folder, 'wheels'), 'offline_pkg', version, `value = "${version}"`);
  const requires = (version: string) =>
    `--no-index\n--find-links ${folder}/wheels\noffline_pkg==${version}\n`;
  const useVenv = 'minWorkers: 1\nmaxWorkers: 1\nuseVenv: true\n';
  writePythonModel(store, 'one', { handler: HANDLER, requirements: requires('1.0') });
  writePythonModel(store, 'two', { handler: HANDLER, requirements: requires('2.0') });
  writePythonModel(store, 'again', { handler: HANDLER, requirements: `# the same\n${requires('1.0')}` });
  writePythonModel(store, 'none', { handler: HANDLER });
  writePythonModel(store, 'venv', { handler: HANDLER, config: useVenv, requirements: requires('2.0') });
  writePythonModel(store, 'broken', {
    handler: HANDLER,
    requirements: '--no-index\nno-such-package-anywhere',
  });
  server = await startServer(
    [...args(), '--models', 'none=none', '--models', 'broken=broken'],
    OFFLINE_NAMES,
  );
});

afterAll(async () => {
  if (!python) return;
  expect(await server.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

const { PATH: _, ...OFFLINE_NAMES } = OFFLINE;

const args = () => [
  ...['--model-store', store, '--python-environments', environments, '--python-executable', python ?? ''],
  ...['--default-workers-per-model', '1', '--enable-model-api', '--disable-token-auth'],
  ...['--install-py-dep-per-model', '--number-of-gpu', '0'],
];

interface Seen {
  readonly value: string | null;
  readonly prefix: string;
  readonly path: readonly string[];
}

async function register(name: string): Promise<number> {
  const answer = await fetch(`${server.management}/models?url=${name}&initial_workers=1`, { method: 'POST' });
  return answer.status;
}

async function ask(name: string): Promise<Seen> {
  const answer = await fetch(`${server.inference}/predictions/${name}`, { method: 'POST', body: 'x' });
  return (await answer.json()) as Seen;
}

const made = () => readdirSync(environments).filter((name) => /^[0-9a-f]{40}$/.test(name));

describe.skipIf(!python)('the requirements of models', () => {
  it('that cannot be installed leave the others alone when the server starts', async () => {
    expect((await ask('none')).value).toBeNull();
    expect((await fetch(`${server.management}/models/broken`)).status).toBe(404);
    const log = readFileSync(join(server.folder, 'logs', 'ts_log.log'), 'utf8');
    expect(log).toMatch(
      /Failed to load model: broken: Custom pip package installation failed for model broken/,
    );
  });

  it('are seen by their own workers only', async () => {
    expect([await register('one'), await register('two')]).toEqual([200, 200]);
    expect((await ask('one')).value).toBe('1.0');
    expect((await ask('two')).value).toBe('2.0');
    expect((await ask('none')).value).toBeNull();
    expect(made()).toHaveLength(2);
  });

  it('lie behind the model’s own folder and before the interpreter’s packages', async () => {
    const { path } = await ask('one');
    const places = [join(store, 'one'), environments].map((part) =>
      path.findIndex((one) => one.startsWith(part)),
    );
    const installed = path.findIndex((one) => one.endsWith('site-packages'));
    expect(places[0]).toBeGreaterThanOrEqual(0);
    expect(places[1]).toBeGreaterThan(places[0] ?? 0);
    if (installed >= 0) expect(installed).toBeGreaterThan(places[1] ?? 0);
  });

  it('that were installed before need no installation', async () => {
    expect(await register('again')).toBe(200);
    expect((await ask('again')).value).toBe('1.0');
    expect(made()).toHaveLength(2);
    const log = readFileSync(join(server.folder, 'logs', 'model_log.log'), 'utf8');
    expect(log).toMatch(/install-one_1\.0-stdout MODEL_LOG - Successfully installed offline/);
    expect(log).not.toContain('install-again');
  });

  it('are known again when an archive with its wheels is unpacked anew', async () => {
    const parts = join(folder, 'parts');
    mkdirSync(parts);
    writeFileSync(join(parts, 'handler.py'), HANDLER);
    writeFileSync(join(parts, 'offline.txt'), '--no-index\n--find-links .\noffline_pkg\n');
    const archive = ['archive', '--model-name', 'packed', '--version', '1.0', '--handler', 'handler.py'];
    const files = ['--requirements-file', 'offline.txt', '--extra-files', join(folder, 'wheels')];
    execFileSync(process.execPath, [BIN, ...archive, ...files, '--export-path', store], { cwd: parts });
    const before = made();
    expect(await register('packed.mar')).toBe(200);
    expect((await ask('packed')).value).toBe('2.0');
    const after = made();
    expect(after).toHaveLength(before.length + 1);
    expect((await fetch(`${server.management}/models/packed`, { method: 'DELETE' })).status).toBe(200);
    expect(await register('packed.mar')).toBe(200);
    expect(made()).toEqual(after);
  });

  it('may be installed into a virtual environment', async () => {
    expect(await register('venv')).toBe(200);
    const { value, prefix } = await ask('venv');
    expect(value).toBe('2.0');
    expect(prefix).toMatch(/environments\/[0-9a-f]{40}\/venv$/);
  });

  it('are not half installed when the server is killed', async () => {
    writePythonModel(store, 'slow', {
      handler: HANDLER,
      requirements: './slow\n',
      files: Object.fromEntries(Object.entries(SLOW_PROJECT).map(([name, text]) => [`slow/${name}`, text])),
    });
    const before = made();
    const other = spawn(
      process.execPath,
      [
        BIN,
        'serve',
        ...args(),
        '--models',
        'slow=slow',
        '--inference-address',
        'http://127.0.0.1:0',
        '--json',
      ],
      { cwd: folder, env: { ...process.env, ...OFFLINE_NAMES, TEMP: folder }, stdio: 'ignore' },
    );
    const making = () => readdirSync(environments).filter((name) => name.includes('.making-'));
    await expect.poll(making, { timeout: 20_000, interval: 50 }).toHaveLength(1);
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(made()).toEqual(before);
    // Whoever wants the same next removes what the dead one had begun.
    const begun = making()[0] ?? '';
    const { status } = await fetch(`${server.management}/models?url=slow`, {
      method: 'POST',
      signal: AbortSignal.timeout(2000),
    }).catch(() => ({ status: 0 }));
    expect(status).toBe(0);
    expect(existsSync(join(environments, begun))).toBe(false);
  });
});
