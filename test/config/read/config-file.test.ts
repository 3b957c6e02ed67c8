import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseConfigFile, readConfigFile } from '../../../src/config/read/config-file.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'config-file-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(name: string, text = ''): string {
  writeFileSync(join(cwd, name), text);
  return join(cwd, name);
}

describe('choosing the configuration file', () => {
  it('prefers TS_CONFIG_FILE to --ts-config to config.properties', () => {
    const usual = write('config.properties');
    const byFlag = write('flag.properties');
    const byEnv = write('env.properties');
    const env = { TS_CONFIG_FILE: 'env.properties' };
    expect(chooseConfigFile({ env, cwd, tsConfig: 'flag.properties' })).toBe(byEnv);
    expect(chooseConfigFile({ env: {}, cwd, tsConfig: 'flag.properties' })).toBe(byFlag);
    expect(chooseConfigFile({ env: {}, cwd })).toBe(usual);
  });

  it('finds none where there is none', () => {
    expect(chooseConfigFile({ env: {}, cwd })).toBeUndefined();
  });

  it('refuses a named file that is missing', () => {
    expect(() => chooseConfigFile({ env: {}, cwd, tsConfig: 'no.properties' })).toThrow(
      '--ts-config file not found: no.properties',
    );
  });
});

describe('reading the configuration file', () => {
  it('gives known keys with file and line, the last of repeated ones', () => {
    const path = write('c', 'job_queue_size=1\n\njob_queue_size=2\n');
    expect(readConfigFile(path, {})).toEqual({
      given: [{ key: 'job_queue_size', value: '2', source: { kind: 'file', path, line: 3 } }],
      warnings: [],
    });
  });

  it('warns of an unknown key and names the nearest', () => {
    const path = write('c', 'job_que_size=1\nfoo=2\n');
    const { given, warnings } = readConfigFile(path, {});
    expect(given).toEqual([]);
    expect(warnings).toEqual([
      `${path}:1: there is no key "job_que_size" (did you mean "job_queue_size"?); it is ignored.`,
      `${path}:2: there is no key "foo"; it is ignored.`,
    ]);
  });

  it('puts the environment in place of $$NAME$$', () => {
    const path = write('c', 'model_store=$$HOME$$/models/$$KIND$$\n');
    expect(readConfigFile(path, { HOME: '/h', KIND: 'onnx' }).given[0]?.value).toBe('/h/models/onnx');
    expect(() => readConfigFile(path, { HOME: '/h' })).toThrow('Invalid Environment Variable KIND');
  });

  it('refuses what is not a readable file of properties', () => {
    mkdirSync(join(cwd, 'folder'));
    expect(() => readConfigFile(join(cwd, 'folder'), {})).toThrow(/cannot be read: it is not a file/);
    expect(() => readConfigFile(write('c', 'a=\\u1'), {})).toThrow(/line 1/);
    expect(() => readConfigFile(write('big', 'x'.repeat(1_048_577)), {})).toThrow(/1048577 bytes/);
  });
});
