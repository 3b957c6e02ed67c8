import { describe, expect, it } from 'vitest';
import { KEY_FLAGS, SERVE_FLAGS } from '../../../src/commands/serve/flags.js';
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
});
