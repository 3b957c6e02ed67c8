import { describe, expect, it } from 'vitest';
import { checkServedModel, type ServedModel } from '../../src/archive/served-model.js';

const check = (more: Partial<ServedModel>) => () =>
  checkServedModel({ handler: 'onnx', runtime: 'node', configured: undefined, names: [], ...more });

describe('the model of a built-in handler for Node', () => {
  it.each([
    { serializedFile: 'onnx/m.onnx', names: ['onnx/m.onnx', 'other.onnx', 'third.onnx'] },
    { names: ['m.onnx', 'onnx/other.onnx'] },
    { configured: './m.ort', names: ['m.ort'] },
  ])('is the serialized file, the configured one, or the only one at the root: %o', (given) => {
    expect(check(given)).not.toThrow();
  });

  it('must be in the archive', () => {
    expect(check({ names: ['m.pt'], serializedFile: 'm.pt' })).toThrow('there is none among its files');
    expect(check({ names: ['m.onnx'], configured: 'n.onnx' })).toThrow('n.onnx, which handler.model');
  });

  it('must be told from others', () => {
    expect(check({ names: ['a.onnx', 'b.onnx'] })).toThrow('has not been said: a.onnx, b.onnx');
    expect(check({ names: ['onnx/a.onnx'] })).toThrow('has not been said: onnx/a.onnx');
  });

  it('is no concern of other runtimes, nor of handlers with code', () => {
    expect(check({ handler: 'image_classifier', runtime: 'python' })).not.toThrow();
    expect(check({ handler: 'handler.ts' })).not.toThrow();
  });
});
