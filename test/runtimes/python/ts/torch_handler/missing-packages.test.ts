import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedServer, startServer } from '../../../../started-server.js';
import { thisPython } from '../../environments/python.js';

const TS = fileURLToPath(new URL('../../../../../bin/ts.js', import.meta.url));
const python = await thisPython();

let folder: string;
let server: StartedServer;

beforeAll(async () => {
  if (!python) return;
  folder = mkdtempSync(join(tmpdir(), 'ts-missing-'));
  const hidden = join(folder, 'hidden');
  mkdirSync(hidden);
  // Found before the real ones, so that the test says the same on a machine that has them.
  for (const name of ['torch', 'torchvision', 'transformers'])
    writeFileSync(
      join(hidden, `${name}.py`),
      `raise ModuleNotFoundError("No module named '${name}'", name="${name}")\n`,
    );
  writeFileSync(join(folder, 'model.py'), 'class Model:\n    pass\n');
  writeFileSync(
    join(folder, 'words.py'),
    'import no_such_tokenizer\n\n\ndef handle(data, context):\n    return data\n',
  );
  archive('base', 'base_handler', '--model-file', 'model.py');
  archive('images', 'image_classifier', '--model-file', 'model.py');
  archive('words', 'words.py');
  server = await startServer(
    ['--model-store', folder, '--enable-model-api', '--disable-token-auth', '--python-executable', python],
    { PYTHONPATH: hidden },
  );
});

afterAll(async () => {
  if (!python) return;
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!python)('a handler whose packages are not installed', () => {
  it('names the package, the model and the pip line when torch is what BaseHandler lacks', async () => {
    const reason = await refusal('base');
    expect(reason).toContain(
      "The model 'base' needs the Python package 'torch' (BaseHandler is built on it)",
    );
    expect(reason).toContain('-m pip install torch -');
  });

  it('names what an image handler lacks', async () => {
    expect(await refusal('images')).toMatch(
      /The model 'images' needs the Python package 'torchvision'.*pip install torchvision/,
    );
  });

  it('advises on the imports of the archive too', async () => {
    const reason = await refusal('words');
    expect(reason).toMatch(/^ModuleNotFoundError: No module named 'no_such_tokenizer' \(.*words\.py:1\)/);
    expect(reason).toMatch(/the model 'words' needs it\. Install it: .* -m pip install no_such_tokenizer/);
  });
});

function archive(name: string, handler: string, ...more: readonly string[]): void {
  const args = [
    '--model-name',
    name,
    '--version',
    '1.0',
    '--runtime',
    'python',
    '--handler',
    handler,
    ...more,
  ];
  const done = spawnSync(process.execPath, [TS, 'archive', ...args], { cwd: folder, encoding: 'utf8' });
  expect(done.status, done.stderr).toBe(0);
}

async function refusal(name: string): Promise<string> {
  const url = `${server.management}/models?url=${name}.mar&initial_workers=1&synchronous=true`;
  const response = await fetch(url, { method: 'POST' });
  expect(response.status).toBe(500);
  return ((await response.json()) as { details: { reason: string } }).details.reason;
}
