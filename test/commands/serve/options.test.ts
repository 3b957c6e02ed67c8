import { describe, expect, it } from 'vitest';
import { serveOptions } from '../../../src/commands/serve/options.js';

const PLACE = { appVersion: '1.2.3', root: '/package', argv: ['--json'] };

describe('the options of ts serve', () => {
  it('hold what a configuration file would say for the keys that were given', () => {
    const flags = { models: ['a', 'b=c'], 'enable-model-api': true, 'enable-metrics-api': false, json: true };
    const options = serveOptions({ flags: { ...flags, 'job-queue-size': '7' }, models: [] }, PLACE);
    expect(options.keys).toEqual({
      load_models: 'a,b=c',
      enable_model_api: 'true',
      enable_metrics_api: 'false',
      job_queue_size: '7',
    });
  });

  it('hold the other flags by their names, off where they were not given', () => {
    const flags = { start: true, 'mirror-logs': true, 'ts-config': 'a.properties' };
    expect(serveOptions({ flags, models: ['m.mar'] }, PLACE)).toEqual({
      ...PLACE,
      models: ['m.mar'],
      start: true,
      stop: false,
      foreground: false,
      version: false,
      mirrorLogs: true,
      json: false,
      tsConfig: 'a.properties',
      logConfig: undefined,
      keys: {},
    });
  });
});
