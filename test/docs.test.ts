import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Python, pythonWith } from './runtimes/python/interpreters.js';
import { startTestHub, type TestHub } from './store/hub/test-hub.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Needs a Python with torch, and a model that is made for it. */
const BLOOM_PAGE = join('docs', 'bloom.md');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name)),
].filter((page) => page.endsWith('.md') && page !== BLOOM_PAGE && bashBlocks(page).length > 0);
/** These two set the project up and would start this very test again; CI runs them as they stand. */
const RUN_BY_CI = ['npm ci && npm run demo', 'npm ci && npm test'];

/** The hub of these tests has it, small, under the name the pages use. */
const BLOOM = 'bigscience/bloom-560m';

let folder: string;
let hub: TestHub;

beforeEach(async () => {
  folder = layOutFolder();
  hub = await startTestHub();
  const weights = { bytes: Buffer.alloc(100_000, 'weights'), lfs: true };
  hub.put(BLOOM, { files: { 'config.json': '{}', 'tokenizer.json': '{}', 'model.safetensors': weights } });
});

afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the command blocks of the documentation', () => {
  it.each(PAGES)(
    'of %s run one after another in a fresh folder',
    async (page) => {
      await expectFreePorts([8080, 8081, 8082]);
      const script = bashBlocks(page).filter((block) => !RUN_BY_CI.includes(block.trim()));
      const { status, output } = await runScript(script.join('\n'));
      expect(status, output).toBe(0);
    },
    120_000,
  );
});

const python = pythonWith('torch', 'transformers', 'tokenizers');

describe.skipIf('reason' in python)('the way of a model from the hub to an answer', () => {
  it('is as docs/bloom.md says, with a small BLOOM', async () => {
    await expectFreePorts([8080, 8081, 8082]);
    const { path } = python as Python;
    // The page says `python`.
    writeFileSync(join(folder, '.bin', 'python'), `#!/bin/sh\nexec "${path}" "$@"\n`, { mode: 0o755 });
    const made = join(folder, 'made');
    execFileSync(path, [join(ROOT, 'fixtures/hub/bloom.py'), made], { stdio: 'ignore' });
    hub.put(BLOOM, {
      files: Object.fromEntries(readdirSync(made).map((name) => [name, readFileSync(join(made, name))])),
    });
    const { status, output } = await runScript(bashBlocks(BLOOM_PAGE).join('\n'));
    expect(status, output).toBe(0);
    expect(output).toContain('My dog is cute and');
  }, 300_000);
});

function bashBlocks(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
}

/** A folder that looks like the repository to a reader, but in which commands may leave files. */
function layOutFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'ts-docs-'));
  for (const name of ['fixtures', 'docs', 'test', 'package.json', 'node_modules'])
    symlinkSync(join(ROOT, name), join(made, name));
  const bins = join(made, '.bin');
  mkdirSync(bins);
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  for (const [name, file] of Object.entries(bin)) {
    writeFileSync(join(bins, name), `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, file)}" "$@"\n`);
    chmodSync(join(bins, name), 0o755);
  }
  return made;
}

async function runScript(script: string): Promise<{ status: number | null; output: string }> {
  const env = {
    ...process.env,
    PATH: `${join(folder, '.bin')}:${process.env.PATH}`,
    HOME: folder,
    TMPDIR: folder,
    LOG_LOCATION: join(folder, 'logs'),
    HF_ENDPOINT: hub.url,
    HF_HOME: join(folder, 'huggingface'),
  };
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  child.stderr.on('data', (bytes) => (output += bytes));
  const status = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  // A page that failed in its middle may have left a server in the background.
  spawnSync('ts', ['serve', '--stop'], { cwd: folder, env });
  try {
    // Whatever a page left running ends with its test.
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The usual case: nothing was left.
  }
  return { status, output };
}

/** The pages use the default ports, as readers will; a stranger on them would make the failure hard to read. */
async function expectFreePorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
    });
  }
}
