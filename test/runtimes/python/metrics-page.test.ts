import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedServer, startServer } from '../../started-server.js';
import { pythonWith } from './interpreters.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../../docs/metrics.md', import.meta.url)), 'utf8');
const LIMIT_MS = 60_000;

const python = pythonWith();
const skipped = 'reason' in python ? ` (${python.reason})` : '';

let folder: string;
let server: StartedServer;

/** The first block of a language on the page, after a headline. */
function block(headline: string, language: string): string {
  const section = PAGE.slice(PAGE.indexOf(`## ${headline}\n`));
  return new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(section)?.[1] ?? '';
}

function writeFiles(): void {
  const model = join(folder, 'store', 'counting');
  mkdirSync(join(model, 'MAR-INF'), { recursive: true });
  const manifest = {
    runtime: 'python',
    model: { modelName: 'counting', handler: 'handler.py', modelVersion: '1.0' },
  };
  writeFileSync(join(model, 'MAR-INF', 'MANIFEST.json'), JSON.stringify(manifest));
  writeFileSync(join(model, 'handler.py'), block('From a Python handler', 'python'));
  writeFileSync(join(folder, 'metrics.yaml'), block('The metrics file', 'yaml'));
}

describe.skipIf('reason' in python)(`the metrics page’s example of a Python handler${skipped}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ts-metrics-page-'));
    writeFiles();
    const path = 'path' in python ? python.path : '';
    const metrics = ['--metrics-mode', 'prometheus', '--metrics-config', join(folder, 'metrics.yaml')];
    const store = ['--model-store', join(folder, 'store'), '--models', 'counting'];
    server = await startServer([...store, ...metrics, '--python-executable', path]);
  }, LIMIT_MS);

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives the metrics that the page shows', async () => {
    for (const [body, words] of [
      ['so many words', '3 words'],
      ['NO', '1 words'],
    ]) {
      const response = await fetch(`${server.inference}/predictions/counting`, { method: 'POST', body });
      expect(await response.text()).toBe(words);
    }
    const shown = block('From a Python handler', 'text')
      .replaceAll('"box"', `"${hostname()}"`)
      .trim()
      .split('\n');
    expect(shown).toHaveLength(4);
    const text = async () => (await fetch(`${server.metrics}/metrics`)).text();
    await expect.poll(text).toContain('Complaints{Level="Error"');
    expect((await text()).split('\n')).toEqual(expect.arrayContaining(shown));
  });

  it('records nothing of the server that its metrics file leaves out', async () => {
    const text = await (await fetch(`${server.metrics}/metrics`)).text();
    const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    expect(types.sort()).toEqual([
      'Complaints counter',
      'HandlerTime gauge',
      'Length histogram',
      'Requests2XX counter',
      'Words counter',
    ]);
  });
});
