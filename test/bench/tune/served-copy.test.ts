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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/archive/limits.js';
import { openArchive } from '../../../src/archive/open.js';
import { layOutCopy, type ServedCopy } from '../../../src/bench/tune/served-copy.js';
import { writeModel } from '../../server/running.js';

let folder: string;
let copy: ServedCopy | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'served-copy-'));
  copy = undefined;
});
afterEach(async () => {
  await copy?.close();
  rmSync(folder, { recursive: true });
});

async function configOf(path: string): Promise<string | undefined> {
  return (await openArchive(path, { into: folder, limits: DEFAULT_LIMITS })).modelConfigText;
}

describe('a model that is served with other settings', () => {
  it('has its own files but the settings that it is given', async () => {
    const model = join(folder, 'echo');
    writeModel(model, { handler: 'reflect.mjs', config: 'minWorkers: 1\n' });
    copy = await layOutCopy(model);
    expect(copy.ownConfig).toBe('minWorkers: 1\n');
    await copy.configure('minWorkers: 3\n');
    expect(await configOf(copy.path)).toBe('minWorkers: 3\n');
    expect(readdirSync(copy.path).sort()).toEqual(['MAR-INF', 'model-config.yaml', 'reflect.mjs']);
    expect(readFileSync(join(model, 'model-config.yaml'), 'utf8')).toBe('minWorkers: 1\n');
    const { model: described } = JSON.parse(readFileSync(join(copy.path, 'MAR-INF/MANIFEST.json'), 'utf8'));
    expect(described).toMatchObject({ modelName: 'echo', handler: 'reflect.mjs' });
  });

  it('never writes into a folder of the user', async () => {
    const model = join(folder, 'echo');
    writeModel(model, { handler: 'reflect.mjs', config: 'minWorkers: 1\n' });
    const manifest = join(model, 'MAR-INF', 'MANIFEST.json');
    mkdirSync(join(model, 'settings'));
    writeFileSync(join(model, 'settings', 'own.yaml'), 'minWorkers: 2\n');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('model-config.yaml', 'settings/own.yaml'));
    copy = await layOutCopy(model);
    expect(copy.ownConfig).toBe('minWorkers: 2\n');
    await copy.configure('minWorkers: 3\n');
    expect(await configOf(copy.path)).toBe('minWorkers: 3\n');
    expect(readFileSync(join(model, 'settings', 'own.yaml'), 'utf8')).toBe('minWorkers: 2\n');
  });

  it('may be a plain .onnx file, or a folder without a manifest', async () => {
    copy = await layOutCopy('fixtures/models/every-type/every-type.onnx');
    expect(copy.ownConfig).toBe('');
    await copy.configure('batchSize: 2\n');
    expect(await configOf(copy.path)).toBe('batchSize: 2\n');
    await copy.close();
    copy = await layOutCopy('fixtures/models/wine');
    expect(copy.ownConfig).toContain('batchSize: 4');
  });

  it('is gone when it is closed', async () => {
    copy = await layOutCopy('fixtures/models/wine');
    await copy.configure('batchSize: 2\n');
    await copy.close();
    expect(existsSync(copy.path)).toBe(false);
    expect(readFileSync('fixtures/models/wine/model-config.yaml', 'utf8')).toContain('batchSize: 4');
  });

  it('must exist, and have settings that can be read', async () => {
    await expect(layOutCopy(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ARCHIVE_MISSING' });
    writeModel(join(folder, 'broken'), { handler: 'reflect.mjs', config: 'a: [' });
    await expect(layOutCopy(join(folder, 'broken'))).rejects.toMatchObject({ code: 'TUNE_CONFIG' });
  });
});
