import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { archiverVersion } from '../../src/archive/version.js';

describe('the archiver’s version', () => {
  it('is that of the package', () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(archiverVersion()).toBe((JSON.parse(text) as { version: string }).version);
  });
});
