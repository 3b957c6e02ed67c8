import { describe, expect, it } from 'vitest';
import { createdOn, manifestText, parseManifest } from '../../src/archive/manifest.js';

describe('a manifest', () => {
  it('is read, whatever else stands in it', () => {
    const text = '{"runtime":"node","model":{"modelName":"m","handler":"onnx","extensions":{}},"future":[1]}';
    expect(parseManifest(text, 'm.mar')).toMatchObject({
      runtime: 'node',
      model: { modelName: 'm', handler: 'onnx' },
    });
  });

  it('is for Python when it names no runtime, and of no known runtime when that is null', () => {
    expect(parseManifest('{}', 'm.mar')).toMatchObject({ runtime: 'python', model: {} });
    expect(parseManifest('{"runtime":null}', 'm.mar').runtime).toBe('');
  });

  it('keeps a version that was written as a number as it was written', () => {
    expect(parseManifest('{"model":{"modelVersion": 1.0}}', 'm.mar').model.modelVersion).toBe('1.0');
  });

  it.each([
    ['{', /JSON/],
    ['[]', /the document is not an object/],
    ['{"model":null}', /"model" is not an object/],
    ['{"model":{"handler":{}}}', /"handler" is not a text/],
  ])('is refused in the words of TorchServe when it is %s', (text, hint) => {
    try {
      parseManifest(text, 'm.mar');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'MANIFEST_INVALID', message: 'Failed to parse signature.json.' });
      expect((error as { hint: string }).hint).toMatch(hint);
    }
  });

  it('is written with the keys in the order of TorchServe, without those that are unset', () => {
    const text = manifestText({
      archiverVersion: '1',
      model: { modelVersion: '1.0', handler: 'h.py', modelName: 'm', serializedFile: 'w.pt' },
      runtime: 'python',
      createdOn: createdOn(Date.UTC(2026, 10, 21, 10, 5)),
    });
    expect(text).toBe(`{
  "createdOn": "21/11/2026 10:05:00",
  "runtime": "python",
  "model": {
    "modelName": "m",
    "serializedFile": "w.pt",
    "handler": "h.py",
    "modelVersion": "1.0"
  },
  "archiverVersion": "1"
}`);
  });
});
