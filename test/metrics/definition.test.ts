import { describe, expect, it } from 'vitest';
import { namesFor } from '../../src/metrics/definition.js';

describe('names of metrics and dimensions', () => {
  it.each([
    ['prometheus', 'faces_found', true],
    ['prometheus', 'faces found', false],
    ['prometheus', '2faces', false],
    ['log', 'faces found', true],
    ['log', 'faces.found', false],
  ] as const)('in %s mode %j may be one: %s', (mode, name, may) => {
    expect(namesFor(mode).name.test(name)).toBe(may);
  });

  it.each([
    ['prometheus', 'Model-Name', false],
    ['log', 'Model-Name', true],
    ['log', 'Model:Name', false],
    ['log', 'Model\nName', false],
  ] as const)('in %s mode a dimension may be called %j: %s', (mode, dimension, may) => {
    expect(namesFor(mode).dimension.test(dimension)).toBe(may);
  });
});
