import { describe, expect, it } from 'vitest';
import { parseStoredModels } from '../../src/config/stored-models.js';

describe('the models property', () => {
  it('gives settings per model and version', () => {
    const models = parseStoredModels(
      '{"noop": {"1.0": {"minWorkers": 2, "batchSize": 4, "runtimeType": "node"}}}',
    );
    expect(models.noop?.['1.0']).toEqual({ minWorkers: 2, batchSize: 4, runtimeType: 'node' });
  });

  it('takes numbers that are not positive for absent, and ignores what it does not know', () => {
    const text =
      '{"m": {"1": {"minWorkers": 0, "maxWorkers": -1, "marName": "m.mar", "defaultVersion": true}}}';
    expect(parseStoredModels(text).m?.['1']).toEqual({});
  });

  it.each([
    ['{', /JSON/],
    ['[]', /it must be a JSON object/],
    ['{"m": 3}', /"m" must be a JSON object/],
    ['{"m": {"1": []}}', /"m" "1" must be a JSON object/],
    ['{"m": {"1": {"batchSize": "4"}}}', /batchSize of "m" "1" must be a whole number/],
    ['{"m": {"1": {"runtimeType": 1}}}', /runtimeType of "m" "1" must be a string/],
  ])('refuses %s with the place of the mistake', (text, message) => {
    expect(() => parseStoredModels(text)).toThrow(message);
  });

  it('is not misled by names that every object has', () => {
    const models = parseStoredModels('{"__proto__": {"1": {"minWorkers": 3}}}');
    expect(Object.keys(models)).toEqual(['__proto__']);
    expect(Object.hasOwn(models, 'constructor')).toBe(false);
  });
});
