import { describe, expect, it } from 'vitest';
import type { Given } from '../../src/config/source.js';
import { warningsFor } from '../../src/config/warnings.js';

const AUTHORIZED: Given = {
  key: 'disable_token_authorization',
  value: 'true',
  source: { kind: 'flag', name: 'disable-token-auth' },
};

function warnings(...given: Given[]): string[] {
  return warningsFor(new Map(given.map((one) => [one.key, one])), []);
}

function fromFile(key: Given['key'], value: string, line = 1): Given {
  return { key, value, source: { kind: 'file', path: 'c', line } };
}

describe('a warning', () => {
  it('names all keys without effect in one sentence', () => {
    expect(warnings(AUTHORIZED, fromFile('grpc_inference_port', '7070'))).toEqual([
      'grpc_inference_port (c:1): this key has no effect yet.',
    ]);
    expect(
      warnings(
        AUTHORIZED,
        fromFile('grpc_inference_port', '7070'),
        fromFile('cpu_launcher_enable', 'true', 2),
      ),
    ).toEqual(['grpc_inference_port (c:1), cpu_launcher_enable (c:2): these keys have no effect yet.']);
  });

  it('says why a key has no meaning', () => {
    expect(warnings(AUTHORIZED, fromFile('vmargs', '-Xmx1g'))).toEqual([
      'vmargs (c:1) is ignored: there is no Java machine.',
    ]);
  });

  it('is not given for keys that are obeyed', () => {
    expect(warnings(AUTHORIZED, fromFile('job_queue_size', '3'))).toEqual([]);
  });

  it('says that requests are not authorized, until one says that this is meant', () => {
    expect(warnings()[0]).toMatch(/requests are not authorized/);
    expect(warnings({ ...AUTHORIZED, value: 'false' })[0]).toMatch(/requests are not authorized/);
    expect(warnings(AUTHORIZED)).toEqual([]);
  });

  it('says when the environment is stronger than a flag', () => {
    const chosen: Given = {
      key: 'model_store',
      value: '/e',
      source: { kind: 'env', name: 'TS_MODEL_STORE' },
    };
    const flag: Given = { key: 'model_store', value: '/f', source: { kind: 'flag', name: 'model-store' } };
    const texts = warningsFor(new Map([AUTHORIZED, chosen].map((one) => [one.key, one])), [AUTHORIZED, flag]);
    expect(texts).toEqual([
      '--model-store is overridden by the environment variable TS_MODEL_STORE, ' +
        'because enable_envvars_config is on.',
    ]);
  });
});
