import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../archive/scratch.js';
import { forgeZip } from '../../archive/zip/forge.js';
import { runBin } from './run-bin.js';

const ARCHIVES = fileURLToPath(new URL('../../../fixtures/archives/', import.meta.url));

describe('ts archive inspect', () => {
  it('shows manifest, files, sizes and configuration', async () => {
    const { code, stdout, stderr } = await runBin(
      'ts',
      ['archive', 'inspect', 'torch-default.mar'],
      ARCHIVES,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^torch-default\.mar: zip, 4\.1 kB, 7 entries, sound$/m);
    expect(stdout).toMatch(/^ {2}handler +handler\.py$/m);
    expect(stdout).toMatch(/5\.0 kB {2}deflated to 3\.1 kB +weights\.pt$/m);
    expect(stdout).toContain('Config (model-config.yaml)\n  minWorkers: 1');
  });

  it('prints the same as JSON', async () => {
    const { stdout } = await runBin('ts', ['archive', 'inspect', 'torch-tgz.tar.gz', '--json'], ARCHIVES);
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'tar.gz',
      problems: [],
      manifest: { model: { modelName: 'torch-tgz' } },
      config: { file: 'model-config.yaml' },
    });
  });

  it('says what is wrong with a broken or incomplete archive, and ends with 1', async () => {
    const manifest = '{"model":{"modelName":"m","handler":"h.py"}}';
    const folder = scratch({
      'broken.mar': forgeZip([{ name: 'a', content: 'x', crc: 1 }]),
      'incomplete.mar': forgeZip([{ name: 'MAR-INF/MANIFEST.json', content: manifest }]),
    });
    const broken = await runBin('ts', ['archive', 'inspect', 'broken.mar'], folder);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain('NOT SOUND');
    expect(broken.stderr).toContain('broken.mar is not a sound archive: the checksum of "a" is wrong.');
    const incomplete = await runBin('ts', ['archive', 'inspect', 'incomplete.mar'], folder);
    expect(incomplete).toMatchObject({ code: 1 });
    expect(incomplete.stderr).toContain('The handler h.py needs h.py, which is missing.');
    const none = await runBin('ts', ['archive', 'inspect', 'h.onnx'], scratch({ 'h.onnx': 'no archive' }));
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('h.onnx is not a sound archive');
    const gone = await runBin('ts', ['archive', 'inspect', 'gone.mar'], folder);
    expect(gone).toMatchObject({ code: 1, stdout: '' });
    expect(gone.stderr).toContain('gone.mar does not exist.');
  });
});
