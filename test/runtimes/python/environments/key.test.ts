import { describe, expect, it } from 'vitest';
import { environmentKey, type KeyFacts } from '../../../../src/runtimes/python/environments/key.js';

const interpreter = {
  path: '/usr/bin/python3',
  version: '3.11.7',
  tag: 'cpython-311',
  machine: 'Linux x86_64',
};
const requirements = { file: '/a/r.txt', lines: ['six'], fingerprint: 'f', editable: false };
const facts: KeyFacts = { interpreter, requirements, useVenv: false, directory: '/a', environment: {} };
const KEY = environmentKey(facts);

describe('the key of an environment', () => {
  it('is a name for a folder', () => {
    expect(KEY).toMatch(/^[0-9a-f]{40}$/);
  });

  it('is the same wherever the model lies, and whatever its environment is called', () => {
    const elsewhere = { ...facts, directory: '/b', requirements: { ...requirements, file: '/b/r.txt' } };
    expect(environmentKey({ ...elsewhere, environment: { HOME: '/home/me', PIP_CACHE_DIR: '/c' } })).toBe(
      KEY,
    );
  });

  it.each<[string, Partial<KeyFacts>]>([
    ['requirements', { requirements: { ...requirements, fingerprint: 'g' } }],
    ['Python version', { interpreter: { ...interpreter, version: '3.11.8' } }],
    ['interpreter', { interpreter: { ...interpreter, path: '/opt/python3' } }],
    ['kind of environment', { useVenv: true }],
    ['index', { environment: { PIP_INDEX_URL: 'https://mirror/simple' } }],
    ['model, when it is linked to', { requirements: { ...requirements, editable: true } }],
  ])('differs with the %s', (_, difference) => {
    expect(environmentKey({ ...facts, ...difference })).not.toBe(KEY);
  });

  it('does not depend on pip’s options when nothing is installed', () => {
    const bare = { ...facts, requirements: undefined, useVenv: true };
    expect(environmentKey({ ...bare, environment: { PIP_INDEX_URL: 'x' } })).toBe(environmentKey(bare));
  });
});
