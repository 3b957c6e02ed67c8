import { describe, expect, it } from 'vitest';
import { CONFIG_FLAGS, flagNameOf, readFlags } from '../../../src/config/read/flags.js';

describe('the flags of the configuration', () => {
  it('are the keys in kebab-case, switches for booleans', () => {
    expect(CONFIG_FLAGS.find(({ key }) => key === 'job_queue_size')).toMatchObject({
      name: 'job-queue-size',
      kind: 'string',
      default: '100',
    });
    expect(CONFIG_FLAGS.find(({ key }) => key === 'enable_model_api')).toMatchObject({ kind: 'boolean' });
  });

  it('have the names of TorchServe where it has the flag', () => {
    expect(flagNameOf('load_models')).toBe('models');
    expect(flagNameOf('disable_token_authorization')).toBe('disable-token-auth');
    const names = CONFIG_FLAGS.flatMap(({ name, aliases }) => [name, ...aliases]);
    const theirs = [
      'model-store',
      'workflow-store',
      'models',
      'cpp-log-config',
      'plugins-path',
      'ppath',
      'dt',
    ];
    expect(theirs.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('have no name twice', () => {
    const names = CONFIG_FLAGS.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(names.length).toBe(new Set(names).size);
  });

  it('are taken by key; what was not given and what is not a key is left out', () => {
    expect(readFlags({ load_models: 'a.mar', model_store: undefined, foreground: 'true' })).toEqual([
      { key: 'load_models', value: 'a.mar', source: { kind: 'flag', name: 'models' } },
    ]);
  });
});
