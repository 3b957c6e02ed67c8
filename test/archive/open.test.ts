import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/archive/limits.js';
import { openArchive, openLoose } from '../../src/archive/open.js';
import { codeOf, complaintOf, filesBelow, scratch } from './scratch.js';
import { forgeZip } from './zip/forge.js';

const ARCHIVES = fileURLToPath(new URL('../../fixtures/archives/', import.meta.url));
const DIGITS = fileURLToPath(new URL('../../fixtures/models/digits', import.meta.url));
const MANIFEST = '{"runtime":"node","model":{"modelName":"m","handler":"onnx","configFile":"c.yaml"}}';

function open(path: string, into = scratch()) {
  return openArchive(path, { into, limits: DEFAULT_LIMITS });
}

describe('an archive made by torch-model-archiver', () => {
  it.each(['torch-default.mar', 'torch-zip-store.mar', 'torch-tgz.tar.gz'])('opens: %s', async (name) => {
    const into = scratch();
    const opened = await open(join(ARCHIVES, name), into);
    expect(opened.manifest).toMatchObject({
      runtime: 'python',
      archiverVersion: '0.12.0',
      model: { handler: 'handler.py', serializedFile: 'weights.pt', modelVersion: '1.0' },
    });
    expect(opened).toMatchObject({ modelConfigFile: 'model-config.yaml', inPlace: false });
    expect(opened.modelConfigText).toContain('maxWorkers: 2');
    expect(filesBelow(opened.directory)).toEqual([
      'MAR-INF/MANIFEST.json',
      'handler.py',
      'index_to_name.json',
      'model-config.yaml',
      'requirements.txt',
      'sub/b.txt',
      'weights.pt',
    ]);
    expect(readFileSync(join(opened.directory, 'weights.pt'))).toHaveLength(5000);
    await opened.close();
    expect(readdirSync(into)).toEqual([]);
  });
});

describe('a folder', () => {
  it('is served in place and left alone afterwards', async () => {
    const folder = scratch({ 'MAR-INF/MANIFEST.json': MANIFEST, 'c.yaml': 'batchSize: 2\n', w: '' });
    const opened = await open(folder);
    expect(opened).toMatchObject({ directory: folder, inPlace: true, modelConfigText: 'batchSize: 2\n' });
    await opened.close();
    expect(existsSync(join(folder, 'w'))).toBe(true);
  });

  it('that holds only one folder stands for that one', async () => {
    const folder = scratch({ 'm/MAR-INF/MANIFEST.json': MANIFEST });
    expect(await open(folder)).toMatchObject({ directory: join(folder, 'm'), modelConfigText: undefined });
  });

  it('without a manifest has none', async () => {
    expect(await open(scratch({ a: '', b: '' }))).toMatchObject({
      manifest: undefined,
      modelConfigFile: undefined,
    });
  });
});

describe('an archive that cannot be served', () => {
  it('is named, and nothing of it stays', async () => {
    const bad = { name: 'MAR-INF/MANIFEST.json', content: '{' };
    const outside = { ...bad, content: MANIFEST.replace('c.yaml', '../../secret') };
    const folder = scratch({ 'a.mar': forgeZip([bad]), 'b.mar': forgeZip([outside]), 'c.mar': 'no zip' });
    const into = join(folder, 'into');
    expect(await codeOf(open(join(folder, 'a.mar'), into))).toBe('MANIFEST_INVALID');
    expect(await complaintOf(open(join(folder, 'b.mar'), into))).toContain(
      '"../../secret" leaves the archive',
    );
    expect(await complaintOf(open(join(folder, 'c.mar'), into))).toContain('c.mar is not a sound archive');
    expect(await codeOf(open(join(folder, 'gone.mar'), into))).toBe('ARCHIVE_MISSING');
    expect(await codeOf(open('/dev/null', into))).toBe('ARCHIVE_UNREADABLE');
    expect(readdirSync(into)).toEqual([]);
  });

  it('may not have a manifest or a configuration of a size that no such file has', async () => {
    const folder = scratch({ 'MAR-INF/MANIFEST.json': `${MANIFEST}${' '.repeat(2_000_000)}` });
    expect(await complaintOf(open(folder))).toContain('which no such file needs');
  });
});

describe('a model without an archive', () => {
  it('is opened in place, as a folder or as a file', async () => {
    const folder = await openLoose(DIGITS);
    expect(folder).toMatchObject({ directory: DIGITS, inPlace: true, modelConfigFile: 'model-config.yaml' });
    expect(folder.manifest?.model).toMatchObject({ modelName: 'digits', handler: 'image_classifier' });
    expect(folder.modelConfigText).toContain('image_classifier');
    const file = await openLoose(join(DIGITS, 'digits.onnx'));
    expect(file.manifest?.model).toMatchObject({ handler: 'onnx', serializedFile: 'digits.onnx' });
    await folder.close();
    expect(existsSync(join(DIGITS, 'digits.onnx'))).toBe(true);
  });

  it('must be there', async () => {
    expect(await codeOf(openLoose('/nowhere/at/all.onnx'))).toBe('ARCHIVE_MISSING');
  });
});
