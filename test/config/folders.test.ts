import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFolders } from '../../src/config/folders.js';
import { resolveSettings } from '../../src/config/resolve.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'folders-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function check(flags: Record<string, string>, env: Record<string, string> = {}): void {
  checkFolders(resolveSettings({ flags, env, cwd }));
}

describe('the folders of a configuration', () => {
  it('are fine when they exist or are not named', () => {
    expect(() => check({})).not.toThrow();
    expect(() => check({ model_store: '.', workflow_store: cwd })).not.toThrow();
  });

  it('are refused in the words of TorchServe when they are missing or files', () => {
    writeFileSync(join(cwd, 'file'), '');
    expect(() => check({ model_store: 'file' })).toThrow(
      `--model-store directory not found: ${join(cwd, 'file')}`,
    );
    expect(() => check({ workflow_store: '/no/such' })).toThrow(
      '--workflow-store directory not found: /no/such',
    );
    expect(() => check({}, { TEMP: '/no/such' })).toThrow(
      'Invalid temp directory: /no/such, please check TEMP environment variable.',
    );
  });
});
