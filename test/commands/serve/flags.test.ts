import { describe, expect, it } from 'vitest';
import { KEY_FLAGS, keyValues, SERVE_FLAGS } from '../../../src/commands/serve/flags.js';
import { CONFIG_FLAGS } from '../../../src/config/read/flags.js';

describe('the flags of ts serve', () => {
  it('are all configuration keys, and clash with no other flag', () => {
    expect(Object.keys(KEY_FLAGS)).toHaveLength(CONFIG_FLAGS.length);
    const names = [...Object.keys(SERVE_FLAGS), ...Object.keys(KEY_FLAGS)];
    const aliases = Object.values({ ...SERVE_FLAGS, ...KEY_FLAGS }).flatMap((flag) => flag.aliases ?? []);
    expect(new Set([...names, ...aliases]).size).toBe(names.length + aliases.length);
  });

  it('show their default', () => {
    expect(KEY_FLAGS['job-queue-size']?.summary).toMatch(/\[default: 100\]$/);
  });

  it('become what a configuration file would say', () => {
    const flags = { models: ['a', 'b=c'], 'enable-model-api': true, 'enable-metrics-api': false, json: true };
    expect(keyValues({ ...flags, 'job-queue-size': '7' })).toEqual({
      load_models: 'a,b=c',
      enable_model_api: 'true',
      enable_metrics_api: 'false',
      job_queue_size: '7',
    });
  });
});
