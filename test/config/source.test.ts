import { describe, expect, it } from 'vitest';
import { formatSource } from '../../src/config/source.js';

describe('a source', () => {
  it('is named so that one finds it', () => {
    expect(formatSource({ kind: 'file', path: 'config.properties', line: 12 })).toBe('config.properties:12');
    expect(formatSource({ kind: 'flag', name: 'model-store' })).toBe('--model-store');
    expect(formatSource({ kind: 'env', name: 'TS_MODEL_STORE' })).toContain('TS_MODEL_STORE');
    expect(formatSource({ kind: 'default' })).toBe('the default');
  });
});
