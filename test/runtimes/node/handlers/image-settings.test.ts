import { describe, expect, it } from 'vitest';
import { imageSettings, outputSize } from '../../../../src/runtimes/node/handlers/image-settings.js';
import type { TensorSignature } from '../../../../src/runtimes/node/handlers/session.js';
import { HandlerSettings } from '../../../../src/runtimes/node/handlers/settings.js';

function read(handler: Record<string, unknown>, shape: readonly (number | string)[], type = 'float32') {
  return imageSettings(new HandlerSettings({ handler }), { name: 'image', type, shape } as TensorSignature);
}

describe('imageSettings', () => {
  it('does what TorchServe’s image handlers do when nothing is set', () => {
    expect(read({}, ['batch', 3, 'height', 'width'])).toEqual({
      resize: 256,
      crop: [224, 224],
      channels: 3,
      layout: 'nchw',
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    });
  });

  it('follows the model’s own size and channels', () => {
    expect(read({}, ['batch', 3, 299, 299])).toMatchObject({ resize: 342, crop: [299, 299] });
    expect(read({ mean: 0, std: 1 }, ['batch', 1, 8, 8])).toMatchObject({ channels: 1, crop: [8, 8] });
    expect(read({}, ['batch', 224, 224, 3])).toMatchObject({ layout: 'nhwc', channels: 3, crop: [224, 224] });
  });

  it('resizes to a pair without cutting, and to a number with a square cut out', () => {
    expect(read({ resize: [8, 16] }, ['b', 3, 'h', 'w'])).toMatchObject({ resize: [8, 16], crop: undefined });
    expect(read({ resize: 64 }, ['b', 3, 'h', 'w'])).toMatchObject({ resize: 64, crop: [64, 64] });
    expect(read({ resize: 64, crop: [32, 48] }, ['b', 3, 'h', 'w'])).toMatchObject({ crop: [32, 48] });
    expect(read({ crop: 112 }, ['b', 3, 'h', 'w'])).toMatchObject({ resize: 128, crop: [112, 112] });
  });

  it('knows the size that comes out', () => {
    expect(outputSize(read({ resize: [8, 16] }, ['b', 3, 'h', 'w']))).toEqual([8, 16]);
    expect(outputSize(read({}, ['b', 3, 'h', 'w']))).toEqual([224, 224]);
  });

  it.each([
    ['channels', { channels: 4 }],
    ['mean', { mean: [0.5] }],
    ['std', { std: [1, 0, 1] }],
    ['layout', { layout: 'chw' }],
  ])('refuses %s that cannot be', (_, handler) => {
    expect(() => read(handler, ['b', 3, 'h', 'w'])).toThrow(
      expect.objectContaining({ code: 'HANDLER_SETTING_INVALID' }),
    );
  });

  it('refuses a model whose input is no image', () => {
    expect(() => read({}, ['batch', 13])).toThrow(expect.objectContaining({ code: 'MODEL_UNFIT' }));
    expect(() => read({}, ['b', 3, 8, 8], 'uint8')).toThrow(expect.objectContaining({ code: 'MODEL_UNFIT' }));
  });
});
