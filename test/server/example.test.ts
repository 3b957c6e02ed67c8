import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runServer, type TestServer } from './running.js';

const MODELS = fileURLToPath(new URL('../../fixtures/models', import.meta.url));
const run = promisify(execFile);

let running: TestServer;
let bare: string;

beforeAll(async () => {
  bare = mkdtempSync(join(tmpdir(), 'ts-bare-'));
  for (const name of ['digits.onnx', 'model-config.yaml', 'index_to_name.json'])
    copyFileSync(join(MODELS, 'digits', name), join(bare, name));
  running = await runServer({
    models: { reflect: { handler: 'reflect.mjs' } },
    load: [
      { url: 'reflect', required: true },
      { url: `${MODELS}/digits`, required: true },
      { url: bare, name: 'without-images', required: true },
      { url: join(MODELS, 'digits', 'digits.onnx'), name: 'plain', required: true },
      { url: `${MODELS}/wine`, required: true },
      { url: `${MODELS}/tiny-text`, required: true },
    ],
  });
});

afterAll(async () => {
  await running.stop();
  rmSync(bare, { recursive: true });
});

describe('the curl line of a model', () => {
  it.each(['reflect', 'digits', 'without-images', 'wine', 'tiny-text'])(
    'works as it stands: %s',
    async (name) => {
      const line = await running.server.models.find((model) => model.name === name)?.example();
      expect(line).toContain(`/predictions/${name}`);
      const { stdout } = await run('sh', ['-c', `${line?.replace('curl ', 'curl -sf ')} | head -c 300`]);
      expect(stdout.length).toBeGreaterThan(1);
    },
  );

  it('asks for a file when the model takes more numbers than fit a line', async () => {
    const line = await running.server.models.find((model) => model.name === 'plain')?.example();
    expect(line).toMatch(/-d @request\.json /);
  });
});
