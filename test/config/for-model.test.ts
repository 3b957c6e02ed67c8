import { describe, expect, it } from 'vitest';
import { type ModelSettings, type ModelSources, settingsForModel } from '../../src/config/for-model.js';
import type { ModelConfig } from '../../src/config/model-keys.js';
import { resolveSettings } from '../../src/config/resolve.js';

interface Given {
  flags?: Record<string, string>;
  config?: ModelConfig;
  parameters?: ModelSources['parameters'];
  atStartup?: boolean;
  gpus?: number;
}

function settingsOf({
  flags = {},
  config,
  parameters = {},
  atStartup = false,
  gpus = 0,
}: Given): ModelSettings {
  const { settings } = resolveSettings({ flags, env: {}, cwd: '/nowhere' });
  return settingsForModel({
    settings,
    name: 'noop',
    version: '1.0',
    config,
    parameters,
    atStartup,
    cores: 4,
    gpus,
  });
}

const STORED = {
  models: JSON.stringify({
    noop: {
      '1.0': { minWorkers: 3, batchSize: 16, maxBatchDelay: 30, responseTimeout: 40, runtimeType: 'node' },
    },
  }),
};

describe('the batch of a model', () => {
  it.each<[string, Given, number, number]>([
    ['nothing', {}, 1, 100],
    ['the models property', { flags: STORED }, 16, 30],
    ['its YAML', { flags: STORED, config: { batchSize: 8, maxBatchDelay: 20 } }, 8, 20],
    [
      'the registration',
      {
        flags: STORED,
        config: { batchSize: 8, maxBatchDelay: 20 },
        parameters: { batchSize: 2, maxBatchDelayMs: 0 },
      },
      2,
      0,
    ],
    ['a YAML delay of 0, which counts as unset', { config: { maxBatchDelay: 0 } }, 1, 100],
    ['a registration without sense', { parameters: { batchSize: 0, maxBatchDelayMs: -10_000 } }, 1, 0],
  ])('is set by %s', (_, given, batchSize, maxBatchDelayMs) => {
    expect(settingsOf(given)).toMatchObject({ batchSize, maxBatchDelayMs });
  });
});

describe('the timeouts of a model', () => {
  it.each<[string, Given, number, number]>([
    ['the server', { flags: { default_response_timeout: '7', default_startup_timeout: '8' } }, 7, 8],
    ['the registration', { parameters: { responseTimeoutSec: 5, startupTimeoutSec: 6 } }, 5, 6],
    [
      'the models property, before the registration',
      { flags: STORED, parameters: { responseTimeoutSec: 5 } },
      40,
      120,
    ],
    ['its YAML', { config: { responseTimeout: 9, startupTimeout: 10 } }, 9, 10],
    [
      'the mere presence of a YAML: 120, whatever else is said',
      {
        flags: { ...STORED, default_response_timeout: '7' },
        config: {},
        parameters: { responseTimeoutSec: 5 },
      },
      120,
      120,
    ],
  ])('are set by %s', (_, given, responseTimeoutSec, startupTimeoutSec) => {
    expect(settingsOf(given)).toMatchObject({ responseTimeoutSec, startupTimeoutSec });
  });
});

describe('the workers of a model', () => {
  it.each<[string, Given, number, number]>([
    ['registered with nothing: none', {}, 0, 0],
    ['registered: initial_workers', { parameters: { initialWorkers: 2 } }, 2, 2],
    ['registered: the default', { flags: { default_workers_per_model: '3' } }, 3, 3],
    [
      'registered with a YAML',
      { config: { minWorkers: 2, maxWorkers: 5 }, parameters: { initialWorkers: 1 } },
      2,
      5,
    ],
    ['at start: one per CPU', { atStartup: true }, 4, 4],
    ['at start: as many as there may be', { atStartup: true, flags: { max_workers_per_model: '3' } }, 3, 3],
    ['at start: one per GPU', { atStartup: true, gpus: 2 }, 2, 2],
    [
      'at start, kept off the GPUs: one per CPU',
      { atStartup: true, gpus: 2, config: { deviceType: 'cpu' } },
      4,
      4,
    ],
    ['at start: the models property', { atStartup: true, flags: STORED }, 3, 3],
    ['at start: the default', { atStartup: true, flags: { default_workers_per_model: '1' } }, 1, 1],
    [
      'at start with a YAML',
      { atStartup: true, flags: STORED, config: { minWorkers: 1, maxWorkers: 1 } },
      1,
      1,
    ],
    ['with a YAML that names the least only', { config: { minWorkers: 2 } }, 2, 2],
    [
      'with a YAML that does not fit',
      { config: { minWorkers: 2, maxWorkers: 1 }, parameters: { initialWorkers: 1 } },
      1,
      1,
    ],
  ])('%s', (_, given, minWorkers, maxWorkers) => {
    expect(settingsOf(given)).toMatchObject({ minWorkers, maxWorkers });
  });
});

describe('the other settings of a model', () => {
  it('have the defaults of TorchServe', () => {
    expect(settingsOf({})).toMatchObject({
      maxRetryTimeoutSec: 300,
      clientTimeoutMs: 0,
      jobQueueSize: 100,
      deviceType: undefined,
      parallelLevel: 0,
      threads: undefined,
      runtime: undefined,
      maxNumSequence: 1,
    });
  });

  it('are taken from its YAML', () => {
    const config = { jobQueueSize: 5, maxRetryTimeoutInSec: 0, clientTimeoutInMills: 250, deviceIds: [1] };
    expect(settingsOf({ config })).toMatchObject({
      jobQueueSize: 5,
      maxRetryTimeoutSec: 0,
      clientTimeoutMs: 250,
      deviceIds: [1],
    });
  });

  it('count parallelLevel only together with parallelType', () => {
    expect(settingsOf({ config: { parallelLevel: 4 } }).parallelLevel).toBe(0);
    expect(settingsOf({ config: { parallelLevel: 4, parallelType: 'tp' } }).parallelLevel).toBe(4);
  });

  it('let the models property choose the runtime before the registration', () => {
    expect(settingsOf({ flags: STORED, parameters: { runtime: 'python' } }).runtime).toBe('node');
    expect(settingsOf({ parameters: { runtime: 'python', handler: 'h.js' } })).toMatchObject({
      runtime: 'python',
      handler: 'h.js',
    });
  });

  it('take threads from the YAML before the server', () => {
    const flags = { threads_per_worker: '6' };
    expect(settingsOf({ flags }).threads).toBe(6);
    expect(settingsOf({ flags, config: { OMP_NUM_THREADS: 3 } }).threads).toBe(3);
    expect(settingsOf({ flags, config: { OMP_NUM_THREADS: 3, threads: 2 } }).threads).toBe(2);
  });
});
