import { describe, expect, it } from 'vitest';
import { installLine, requireOptional } from '../../../../src/runtimes/node/handlers/optional-package.js';

describe('requireOptional', () => {
  it.each([
    ['yaml', 'parse'],
    ['sharp', 'concurrency'],
    ['onnxruntime-node', 'InferenceSession'],
    ['@huggingface/tokenizers', 'Tokenizer'],
  ])('loads %s', (name, member) => {
    expect(requireOptional<Record<string, unknown>>(name, 'test')).toHaveProperty(member);
  });

  it('names the package and the line that installs it when it is missing', () => {
    expect(() => requireOptional('package-that-nobody-has', 'image_classifier')).toThrow(
      expect.objectContaining({
        code: 'PACKAGE_MISSING',
        message: expect.stringContaining(
          'The handler image_classifier needs the package package-that-nobody-has',
        ),
        hint: 'Install it beside ts-serve: npm install package-that-nobody-has',
      }),
    );
  });

  it('installs onnxruntime-node without the download that may be why it is missing', () => {
    expect(installLine('onnxruntime-node')).toBe(
      'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node',
    );
    expect(installLine('sharp')).toBe('npm install sharp');
  });
});
