import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inspectArchive } from '../../src/archive/inspect.js';
import { codeOf, scratch } from './scratch.js';
import { type ForgedEntry, forgeZip } from './zip/forge.js';

const ARCHIVES = fileURLToPath(new URL('../../fixtures/archives/', import.meta.url));

function manifest(model: Record<string, string>, runtime = 'python'): ForgedEntry {
  return { name: 'MAR-INF/MANIFEST.json', content: JSON.stringify({ runtime, model }) };
}

async function problemsOf(...entries: ForgedEntry[]): Promise<readonly string[]> {
  const folder = scratch({ 'm.mar': forgeZip(entries) });
  return (await inspectArchive(join(folder, 'm.mar'))).problems;
}

describe('inspecting an archive', () => {
  it.each([
    ['torch-default.mar', 'zip', 7],
    ['torch-zip-store.mar', 'zip', 7],
    ['torch-tgz.tar.gz', 'tar.gz', 7],
    ['torch-workflow.war', 'zip', 3],
  ])('of the original tools finds %s sound', async (name, format, count) => {
    const { problems, entries, ...inspection } = await inspectArchive(join(ARCHIVES, name));
    expect(problems).toEqual([]);
    expect(entries).toHaveLength(count);
    expect(inspection).toMatchObject({ format, manifest: { archiverVersion: expect.any(String) } });
  });

  it('shows the configuration with what is wrong in it', async () => {
    const folder = scratch({
      'MAR-INF/MANIFEST.json': '{"model":{"modelName":"m","configFile":"c.yaml"}}',
      'c.yaml': 'batchsize: 2\n',
    });
    const { config, format, sizeBytes } = await inspectArchive(folder);
    expect(format).toBe('folder');
    expect(sizeBytes).toBe(62);
    expect((await inspectArchive(relative(process.cwd(), folder))).problems).toEqual([]);
    expect(config?.problems).toMatchObject([{ severity: 'warning', line: 1, key: 'batchsize' }]);
  });

  it('says what the manifest names and the archive lacks', async () => {
    const model = { modelName: 'm', handler: 'h:fn', serializedFile: 'w.pt' };
    expect(await problemsOf(manifest(model), { name: 'w.pt' })).toEqual([
      'The handler h:fn needs h.py, which is missing.',
    ]);
    expect(await problemsOf(manifest(model), { name: 'h.py' })).toEqual([
      "The manifest's serializedFile w.pt is missing.",
    ]);
    expect(await problemsOf(manifest({ handler: 'image_classifier' }))).toEqual([
      'The manifest has no modelName.',
    ]);
    expect((await problemsOf(manifest({ modelName: 'm' }, 'ruby')))[0]).toContain('"ruby" is none of');
    expect(await problemsOf({ name: 'a' })).toEqual(['There is no MAR-INF/MANIFEST.json.']);
    expect((await problemsOf({ name: 'MAR-INF/MANIFEST.json', content: '{' }))[0]).toContain('JSON');
    const workflow = {
      name: 'WAR-INF/MANIFEST.json',
      content: '{"workflow":{"workflowName":"w","specFile":"s"}}',
    };
    expect(await problemsOf(workflow)).toEqual(["The manifest's specFile s is missing."]);
  });

  it('shows a broken archive up to its fault', async () => {
    const folder = scratch({
      'm.mar': forgeZip([
        manifest({ modelName: 'm' }),
        { name: 'a' },
        { name: 'b', content: 'x', crc: 1 },
        { name: 'c' },
      ]),
    });
    const { entries, fault, problems, manifest: read } = await inspectArchive(join(folder, 'm.mar'));
    expect(entries.map(({ name }) => name)).toEqual(['MAR-INF/MANIFEST.json', 'a', 'b']);
    expect(fault?.code).toBe('ARCHIVE_BROKEN');
    expect(problems[0]).toContain('the checksum of "b" is wrong');
    expect(read).toMatchObject({ model: { modelName: 'm' } });
  });

  it('needs one', async () => {
    expect(await codeOf(inspectArchive('/nowhere/m.mar'))).toBe('ARCHIVE_MISSING');
  });
});
