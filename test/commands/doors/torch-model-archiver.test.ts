import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../archive/scratch.js';
import { runBin } from '../archive/run-bin.js';

describe('torch-model-archiver', () => {
  it('says nothing when all is well, and finds nothing by itself', async () => {
    const folder = scratch({ 'h.py': '', 'model.pt': '', 'requirements.txt': '' });
    const args = [
      '--model-name',
      'm',
      '--vers',
      '1.0',
      '--handler',
      'h.py',
      '--archive-format',
      'no-archive',
    ];
    expect(await runBin('torch-model-archiver', args, folder)).toEqual({ code: 0, stdout: '', stderr: '' });
    const manifest = JSON.parse(readFileSync(join(folder, 'm/MAR-INF/MANIFEST.json'), 'utf8'));
    expect(manifest.model).toEqual({ modelName: 'm', handler: 'h.py', modelVersion: '1.0' });
  });

  it('wants version and handler, which ts archive does not', async () => {
    const folder = scratch({ 'h.py': '' });
    for (const args of [
      ['--handler', 'h.py'],
      ['-v', '1'],
    ]) {
      const { code, stderr } = await runBin('torch-model-archiver', ['--model-name', 'm', ...args], folder);
      expect(code).toBe(2);
      expect(stderr).toContain('the following arguments are required');
    }
    expect(existsSync(join(folder, 'm.mar'))).toBe(false);
  });

  it('packs Node handlers as well', async () => {
    const folder = scratch({ 'h.mjs': '' });
    const args = ['--model-name', 'm', '-v', '1', '--handler', 'h.mjs', '--archive-format', 'no-archive'];
    expect((await runBin('torch-model-archiver', args, folder)).code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'm/MAR-INF/MANIFEST.json'), 'utf8')).runtime).toBe('node');
  });
});
