import { describe, expect, it } from 'vitest';
import { sourceDateEpoch } from '../../../src/commands/archive/build.js';
import { scratch } from '../../archive/scratch.js';
import { runBin } from './run-bin.js';

describe('building an archive', () => {
  it('is told to take its date from the environment', () => {
    expect(sourceDateEpoch({}, 'ts archive')).toBeUndefined();
    expect(sourceDateEpoch({ SOURCE_DATE_EPOCH: '' }, 'ts archive')).toBeUndefined();
    expect(sourceDateEpoch({ SOURCE_DATE_EPOCH: '1700000000' }, 'ts archive')).toBe(1_700_000_000);
    expect(() => sourceDateEpoch({ SOURCE_DATE_EPOCH: 'soon' }, 'ts archive')).toThrow('"soon"');
  });

  it('prints one JSON object and nothing else on stdout when asked to', async () => {
    const folder = scratch({ 'm.onnx': 'x', 'notes.txt': '' });
    const { stdout, code } = await runBin('ts', ['archive', '--model-name', 'm', '--json'], folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path: `${folder}/m.mar`,
      fileCount: 2,
      manifest: { runtime: 'node', model: { handler: 'onnx' } },
      files: [{ name: 'm.onnx', sizeBytes: 1 }],
      leftOut: ['notes.txt'],
    });
  });

  it('prints nothing when asked to be quiet, but warnings', async () => {
    const folder = scratch({ 'm.onnx': 'x', 'm.mar': '' });
    const args = ['archive', '--model-name', 'm', '--quiet', '-f'];
    expect(await runBin('ts', args, folder)).toEqual({
      code: 0,
      stdout: '',
      stderr: `Warning: Overwriting ${folder}/m.mar ...\n`,
    });
  });
});
