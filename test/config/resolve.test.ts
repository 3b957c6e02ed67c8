import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEYS } from '../../src/config/keys.js';
import { type ResolvedSettings, resolveSettings } from '../../src/config/resolve.js';
import type { ServeError } from '../../src/core/errors.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'resolve-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function resolve(
  file: string | undefined,
  flags: Record<string, string> = {},
  env: Record<string, string> = {},
): ResolvedSettings {
  if (file !== undefined) writeFileSync(join(cwd, 'config.properties'), file);
  return resolveSettings({ flags, env, cwd });
}

function failure(act: () => unknown): ServeError {
  try {
    act();
  } catch (error) {
    return error as ServeError;
  }
  throw new Error('it did not fail');
}

describe('the settings', () => {
  it('have a value and a source for every key without any configuration', () => {
    const { settings, sources, configFile } = resolve(undefined);
    expect(Object.keys(settings)).toHaveLength(Object.keys(KEYS).length);
    expect(Object.values(sources).every(({ kind }) => kind === 'default')).toBe(true);
    expect(settings).toMatchObject({ jobQueueSize: 100, loadModels: [], models: {}, modelStore: undefined });
    expect(configFile).toBeUndefined();
  });

  it('may have other defaults, which every source overrides', () => {
    const input = { flags: {}, env: {}, cwd, defaults: { job_queue_size: '7' } };
    expect(resolveSettings(input)).toMatchObject({
      settings: { jobQueueSize: 7 },
      sources: { jobQueueSize: { kind: 'default' } },
    });
    expect(resolveSettings({ ...input, flags: { job_queue_size: '8' } }).settings.jobQueueSize).toBe(8);
  });

  it('are frozen, with the table of their sources', () => {
    const { settings, sources } = resolve('');
    expect(Object.isFrozen(settings) && Object.isFrozen(sources)).toBe(true);
  });

  it('come from the file, then from the flags', () => {
    const { settings, sources, configFile } = resolve('job_queue_size=5\nmodel_store=/file\n', {
      model_store: 'flag',
    });
    expect(settings).toMatchObject({ jobQueueSize: 5, modelStore: join(cwd, 'flag') });
    expect(sources.jobQueueSize).toEqual({ kind: 'file', path: configFile, line: 1 });
    expect(sources.modelStore).toEqual({ kind: 'flag', name: 'model-store' });
  });

  it('come from the environment only when the file allows it', () => {
    const env = { TS_JOB_QUEUE_SIZE: '9' };
    expect(resolve('job_queue_size=5', {}, env).settings.jobQueueSize).toBe(5);
    const allowed = resolve('job_queue_size=5\nenable_envvars_config=true', { job_queue_size: '6' }, env);
    expect(allowed.settings.jobQueueSize).toBe(9);
    expect(allowed.sources.jobQueueSize).toEqual({ kind: 'env', name: 'TS_JOB_QUEUE_SIZE' });
    expect(allowed.warnings.join()).toContain('--job-queue-size is overridden by the environment variable');
  });

  it('take allowed_urls from the environment only when the file allows that, too', () => {
    const env = { TS_ALLOWED_URLS: 's3://.*' };
    const file = 'enable_envvars_config=true\nallowed_urls=file://.*\n';
    expect(resolve(file, {}, env).settings.allowedUrls).toEqual(['file://.*']);
    expect(resolve(`${file}use_env_allowed_urls=true\n`, {}, env).settings.allowedUrls).toEqual(['s3://.*']);
  });

  it('take the folders of logs from the environment where nothing else names them', () => {
    const env = { LOG_LOCATION: 'there', TEMP: '/t' };
    expect(resolve('', {}, env).settings).toMatchObject({
      logLocation: join(cwd, 'there'),
      metricsLocation: join(cwd, 'logs'),
      tempFolder: '/t',
    });
    expect(resolve('', { log_location: '/flag' }, env).settings.logLocation).toBe('/flag');
  });

  it('share the model store with workflows', () => {
    expect(resolve('', { model_store: '/store' }).settings.workflowStore).toBe('/store');
  });

  it('name key, value, source and what is expected when a value is wrong', () => {
    const error = failure(() => resolve('\njob_queue_size=lots\n'));
    expect(error.code).toBe('CONFIG_VALUE');
    expect(error.message).toBe(
      `Invalid configuration: job_queue_size is "lots" in ${join(cwd, 'config.properties')}:2, ` +
        'but it must be a whole number from 1 to 2147483647.',
    );
    expect(failure(() => resolve('', { max_request_size: '-1' })).message).toContain('in --max-request-size');
  });

  it('refuse an address with TLS instead of serving it without', () => {
    const error = failure(() => resolve('inference_address=https://127.0.0.1:8443'));
    expect(error.code).toBe('CONFIG_TLS');
    expect(error.message).toContain('inference_address is "https://127.0.0.1:8443"');
  });
});
