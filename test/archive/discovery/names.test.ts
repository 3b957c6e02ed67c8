import { describe, expect, it } from 'vitest';
import {
  isCompanion,
  isHandlerCode,
  isNodeCode,
  isShard,
  isWeights,
  looksLikeSnapshot,
} from '../../../src/archive/discovery/names.js';

describe('the names of a model folder', () => {
  it('tell handler code', () => {
    expect(['handler.py', 'my_handler.ts', 'handler.mjs'].every(isHandlerCode)).toBe(true);
    expect(['handler.txt', 'handlers.py', 'my-handler.d.ts', '_handler.py'].some(isHandlerCode)).toBe(false);
    expect(['handler.py', 'handler.d.ts'].some(isNodeCode)).toBe(false);
  });

  it('tell a whole model from a part of one, and from a vocabulary', () => {
    expect(['a.onnx', 'a.pt', 'a.pth', 'model.safetensors'].every(isWeights)).toBe(true);
    expect(['model-00001-of-00002.safetensors', 'source_vocab.pt', 'a.bin'].some(isWeights)).toBe(false);
    expect(isShard('model-00001-of-00002.safetensors')).toBe(true);
  });

  it('tell what handlers read beside it', () => {
    expect(['index_to_name.json', 'tokenizer.json', 'vocab.txt'].every(isCompanion)).toBe(true);
    expect(['train.py', 'test.json'].some(isCompanion)).toBe(false);
  });

  it('tell a snapshot of the Hugging Face hub', () => {
    expect(looksLikeSnapshot(['config.json', 'model.safetensors'])).toBe(true);
    expect(looksLikeSnapshot(['config.json', 'tokenizer.json'])).toBe(true);
    expect(looksLikeSnapshot(['config.json', 'readme.md'])).toBe(false);
  });
});
