import { describe, expect, it } from 'vitest';
import { readyLine, startUpText } from '../../../src/commands/serve/report.js';
import type { RunningServer, ServedModel } from '../../../src/server/start.js';

function model(name: string, readyWorkers = 2, example?: string): ServedModel {
  return { name, version: '1.0', workers: 2, readyWorkers, device: 'gpu', example: async () => example };
}

function server(
  models: readonly ServedModel[],
  addresses = { inference: 'http://a', management: 'http://b' },
) {
  return { addresses, models } as unknown as RunningServer;
}

describe('what is said at start', () => {
  it('is where it listens, what it serves, and how to ask it', async () => {
    expect(await startUpText(server([model('m', 1), model('n', 2, 'curl x')]), '/logs', false)).toBe(
      'Serving at http://a (management http://b)\n' +
        '  m 1.0: 2 workers on gpu, 1 of them ready\n' +
        '  n 1.0: 2 workers on gpu\n' +
        'Logs in /logs. Press Ctrl-C to stop.\n' +
        'Try: curl x\n',
    );
  });

  it('names a shared address once', async () => {
    const shared = { inference: 'http://a', management: 'http://a' };
    expect(await startUpText(server([], shared), '/logs', false)).toBe(
      'Serving at http://a\n  no models yet\nLogs in /logs. Press Ctrl-C to stop.\n',
    );
  });

  it('stays short with many models', async () => {
    const models = Array.from({ length: 30 }, (_, index) => model(`m${index}`, 2, 'curl x'));
    const lines = (await startUpText(server(models), '/logs', false)).trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines).toContain('  and 25 more');
  });

  it('is one line for programs', () => {
    expect(readyLine(server([model('m', 1)]))).toBe(
      `{"event":"ready","inference":"http://a","management":"http://b","pid":${process.pid},` +
        '"models":[{"name":"m","version":"1.0","workers":1}]}\n',
    );
  });
});
