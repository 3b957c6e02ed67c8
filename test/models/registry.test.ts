import { describe, expect, it } from 'vitest';
import type { ModelVersion } from '../../src/models/model-version.js';
import { Registry } from '../../src/models/registry.js';

/** What the registry looks at. */
function version(name: string, number: string, loadedAtStartup = false): ModelVersion {
  return { name, version: number, loadedAtStartup } as ModelVersion;
}

function registryOf(...versions: readonly ModelVersion[]): Registry {
  const registry = new Registry();
  for (const one of versions) registry.add(one);
  return registry;
}

describe('the registry', () => {
  it('finds the first version by the name alone, and others by their own', () => {
    const [first, second] = [version('a', '1.0'), version('a', '2.0')];
    const registry = registryOf(first, second);
    expect(registry.find('a')).toBe(first);
    expect(registry.find('a', '2.0')).toBe(second);
    expect(registry.versions('a')).toEqual([first, second]);
  });

  it('says whether the model or the version is missing', () => {
    const registry = registryOf(version('a', '1.0'));
    expect(() => registry.find('b')).toThrow('Model not found: b');
    expect(() => registry.find('a', '7')).toThrow('Model version: 7 does not exist for model: a');
    expect(() => registry.find('__proto__')).toThrow('Model not found: __proto__');
  });

  it('takes every version once', () => {
    const registry = registryOf(version('a', '1.0'));
    expect(() => registry.add(version('a', '1.0'))).toThrow(
      'Model version 1.0 is already registered for model a',
    );
    expect(() => registry.checkFree('a', '1.0')).toThrow('already registered');
    expect(() => registry.checkFree('a', '2.0')).not.toThrow();
    expect(() => registry.checkFree('b', '1.0')).not.toThrow();
  });

  it('changes the default', () => {
    const registry = registryOf(version('a', '1.0'), version('a', '2.0'));
    registry.setDefault('a', '2.0');
    expect(registry.find('a').version).toBe('2.0');
    expect(() => registry.setDefault('a', '7')).toThrow('Model version 7 does not exist for model a');
  });

  it('keeps the default version while there are others', () => {
    const registry = registryOf(version('a', '1.0'), version('a', '2.0'));
    expect(() => registry.remove('a')).toThrow('Cannot remove default version for model a');
    expect(registry.remove('a', '2.0').version).toBe('2.0');
    expect(registry.remove('a').version).toBe('1.0');
    expect(registry.all()).toEqual([]);
  });

  it('makes the next version the default when the default is discarded', () => {
    const first = version('a', '1.0');
    const registry = registryOf(first, version('a', '2.0'));
    registry.discard(first);
    expect(registry.find('a').version).toBe('2.0');
    registry.discard(first);
    expect(registry.versions('a')).toHaveLength(1);
  });

  it('pages by name; a page that ends exactly with the list names a next one, as in TorchServe', () => {
    const registry = registryOf(version('b', '1'), version('a', '1'), version('c', '1'));
    const names = (from: number, limit: number) => registry.page(from, limit).models.map(({ name }) => name);
    expect(names(0, 2)).toEqual(['a', 'b']);
    expect(names(2, 2)).toEqual(['c']);
    expect(registry.page(0, 3).nextIndex).toBe(3);
    expect(registry.page(0, 4).nextIndex).toBeUndefined();
  });

  it('knows the names loaded at start until one of their versions goes', () => {
    const registry = registryOf(version('a', '1.0', true), version('a', '2.0'), version('b', '1'));
    expect([...registry.startupNames]).toEqual(['a']);
    registry.remove('a', '2.0');
    expect([...registry.startupNames]).toEqual([]);
  });
});
