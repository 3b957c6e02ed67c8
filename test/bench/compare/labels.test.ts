import { describe, expect, it } from 'vitest';
import { toLabels } from '../../../src/bench/compare/labels.js';

const own = (model?: string) => ({ kind: 'own', model, threads: 1, startTimeoutMs: 1 }) as const;
const at = (url: string, modelName?: string) =>
  ({ kind: 'url', url, managementUrl: undefined, modelName }) as const;

describe('the labels of targets', () => {
  it('are short and all different', () => {
    const choices = [
      own(),
      own('a/m.mar'),
      own('b/m.mar'),
      at('http://h:8080/'),
      at('http://h:8080', 'bert'),
    ];
    expect(toLabels(choices)).toEqual(['digits', 'm.mar', 'm.mar (2)', 'h:8080', 'h:8080/bert']);
  });
});
