import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { externalDataFiles } from '../../src/archive/onnx-data.js';
import { onnxWithData } from './onnx-model.js';
import { noise, scratch } from './scratch.js';

const DIGITS = fileURLToPath(new URL('../../fixtures/models/digits/digits.onnx', import.meta.url));

describe('the weights an ONNX model keeps in other files', () => {
  it('are none when it keeps them itself', async () => {
    expect(await externalDataFiles(DIGITS)).toEqual([]);
  });

  it('are found in tensors, in constants and in branches, beyond weights of any size', async () => {
    const folder = scratch({ 'm.onnx': onnxWithData(['weights.bin', 'sub/more.bin'], noise(200_000)) });
    expect(await externalDataFiles(join(folder, 'm.onnx'))).toEqual(['sub/more.bin', 'weights.bin']);
  });

  it.each([
    ['noise', noise(5000)],
    ['nothing', Buffer.alloc(0)],
    ['a model that is cut off', onnxWithData(['a.bin'], noise(1000)).subarray(0, 500)],
  ])('are none in %s', async (_, bytes) => {
    expect(await externalDataFiles(join(scratch({ 'm.onnx': bytes }), 'm.onnx'))).toEqual([]);
  });
});
