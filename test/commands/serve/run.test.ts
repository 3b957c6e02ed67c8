import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServeOptions } from '../../../src/commands/serve/options.js';
import { runServe } from '../../../src/commands/serve/run.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-run-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function run(options: Partial<ServeOptions>): Promise<number> {
  return runServe({
    models: [],
    start: false,
    stop: false,
    foreground: false,
    version: false,
    mirrorLogs: false,
    json: false,
    tsConfig: undefined,
    logConfig: undefined,
    keys: { temp_folder: folder },
    appVersion: '1.2.3',
    root: folder,
    argv: [],
    ...options,
  });
}

describe('what the command line asks for', () => {
  it('must name something to serve', async () => {
    await expect(run({})).rejects.toMatchObject({ code: 'NOTHING_TO_SERVE' });
    await expect(run({ start: true })).rejects.toMatchObject({ code: 'MODEL_STORE_REQUIRED' });
  });

  it('is checked before anything is started', async () => {
    const keys = { temp_folder: folder, model_store: join(folder, 'gone') };
    await expect(run({ keys })).rejects.toMatchObject({ code: 'CONFIG_FOLDER_NOT_FOUND' });
    await expect(run({ models: ['x'], logConfig: 'gone.xml' })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    const cpp = { temp_folder: folder, cpp_log_config: join(folder, 'gone') };
    await expect(run({ models: ['x'], keys: cpp })).rejects.toMatchObject({
      message: `--cpp-log-config file not found: ${join(folder, 'gone')}`,
    });
  });

  it('may be to stop what does not run', async () => {
    expect(await run({ stop: true })).toBe(0);
  });
});
