import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/config/read/env.js';

describe('the environment', () => {
  it('overrides by TS_ names, and says which', () => {
    const { overrides } = readEnvironment({ TS_JOB_QUEUE_SIZE: '7', PATH: '/bin' });
    expect(overrides).toEqual([
      { key: 'job_queue_size', value: '7', source: { kind: 'env', name: 'TS_JOB_QUEUE_SIZE' } },
    ]);
  });

  it('cannot name keys that TorchServe does not read from it', () => {
    expect(readEnvironment({ TS_MODELS: '{}', TS_METRIC_TIME_INTERVAL: '1' }).overrides).toEqual([]);
  });

  it('fills in folders under the names TorchServe reads directly', () => {
    const { fills } = readEnvironment({ LOG_LOCATION: '/l', METRICS_LOCATION: '/m', TEMP: '/t' });
    expect(fills.map(({ key, value }) => [key, value])).toEqual([
      ['log_location', '/l'],
      ['metrics_location', '/m'],
      ['temp_folder', '/t'],
    ]);
    expect(readEnvironment({ LOG_LOCATION: '', OMP_NUM_THREADS: '' }).fills).toEqual([]);
  });

  it('wins by the two names TorchServe lets win', () => {
    const { wins } = readEnvironment({ TS_MODEL_SERVER_HOME: '/h', TS_OPEN_INFERENCE_PROTOCOL: 'oip' });
    expect(wins.map(({ key }) => key).sort()).toEqual(['model_server_home', 'ts_open_inference_protocol']);
  });

  it('may list OpenMP threads per level, of which workers use the first', () => {
    expect(readEnvironment({ OMP_NUM_THREADS: '4,2' }).fills[0]).toMatchObject({
      key: 'threads_per_worker',
      value: '4',
    });
  });
});
