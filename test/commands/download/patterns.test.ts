import { describe, expect, it } from 'vitest';
import { splitPatterns } from '../../../src/commands/download/patterns.js';

describe('the patterns of a command line', () => {
  it('are lists with commas, and may come several times', () => {
    expect(splitPatterns(['*.json, *.txt', 'onnx/*'])).toEqual(['*.json', '*.txt', 'onnx/*']);
    expect(splitPatterns(['', ' ,'])).toEqual([]);
    expect(splitPatterns(undefined)).toEqual([]);
  });
});
