import { describe, expect, it } from 'vitest';
import { predictionsUrl } from '../../../src/bench/targets/target.js';

const target = {
  kind: 'url',
  model: 'a b',
  inference: 'http://h:1',
  management: undefined,
  close: async () => {},
} as const;

describe('the address of a model', () => {
  it('is its prediction path, whatever its name', () => {
    expect(predictionsUrl(target)).toBe('http://h:1/predictions/a%20b');
  });

  it("is KServe's in its dialect", () => {
    expect(predictionsUrl({ ...target, dialect: 'kserve-v2' })).toBe('http://h:1/v2/models/a%20b/infer');
  });
});
