import { describe, expect, it } from 'vitest';
import { rankedJson, softmax } from '../../../../src/runtimes/node/handlers/ranking.js';

describe('softmax', () => {
  it('makes chances that add up to 1', () => {
    const chances = softmax(Float32Array.of(1, 2, 3));
    expect(chances.map((chance) => chance.toFixed(6))).toEqual(['0.090031', '0.244728', '0.665241']);
  });

  it('is not thrown off by large scores', () => {
    expect(softmax([1000, 1000])).toEqual([0.5, 0.5]);
    expect(softmax([-1000, 0])[1]).toBe(1);
  });
});

describe('rankedJson', () => {
  it('writes the best first, also when names are numbers', () => {
    expect(rankedJson([0.1, 0.2, 0.7], String, 2)).toBe('{\n  "2": 0.7,\n  "1": 0.2\n}');
  });

  it('keeps the best of equal names, as TorchServe’s object does', () => {
    expect(JSON.parse(rankedJson([0.1, 0.6, 0.3], (index) => (index === 0 ? 'dog' : 'cat'), 3))).toEqual({
      cat: 0.6,
      dog: 0.1,
    });
  });

  it('escapes names', () => {
    expect(JSON.parse(rankedJson([1], () => 'a "b"\n', 1))).toEqual({ 'a "b"\n': 1 });
  });
});
