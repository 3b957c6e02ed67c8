import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { usableCores } from '../../src/core/usable-cores.js';
import { BusyPoll } from '../../src/workers/busy-poll.js';
import { askJson, runServer, type TestServer } from './running.js';

let running: TestServer | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function workerSees(names: string): Promise<unknown> {
  const init = { method: 'POST', body: `env ${names}` };
  return (await askJson(`${running?.inference}/predictions/about`, init)).body;
}

describe('a server as it is put together', () => {
  it('writes its settings, its answers and its workers’ words to TorchServe’s files', async () => {
    running = await runServer({ models: { act: { handler: 'act.mjs' } }, keys: { load_models: 'act' } });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ do: 'print', message: '4711' });
    await fetch(`${running.inference}/predictions/act`, { method: 'POST', body, headers });
    const { folder, server } = running;
    const log = (name: string) => {
      server.flush();
      return readFileSync(join(folder, 'logs', name), 'utf8');
    };
    expect(log('ts_log.log')).toMatch(/job_queue_size: 100 \(the default\)/);
    expect(log('ts_log.log')).toMatch(/Model server started\./);
    expect(log('access_log.log')).toMatch(
      / - \/127\.0\.0\.1:\d+ "POST \/predictions\/act HTTP\/1\.1" 200 \d+\n/,
    );
    await expect.poll(() => log('model_log.log')).toMatch(/W-9000-act_1\.0-stdout MODEL_LOG - printed: 4711/);
    expect(log('ts_metrics.log')).toMatch(/Requests2XX\.Count:1\.0/);
  });

  it('counts workers from initial_worker_port, and hides variables from them', async () => {
    running = await runServer({
      models: { about: { handler: 'about.mjs' } },
      keys: {
        load_models: 'about',
        initial_worker_port: '12000',
        blacklist_env_vars: 'PA.*',
        threads_per_worker: '3',
      },
    });
    const { body } = await askJson(`${running.management}/models/about`);
    expect(body[0]?.workers).toMatchObject([{ id: '12000' }]);
    expect(await workerSees('PATH OMP_NUM_THREADS ORT_DISABLE_TELEMETRY')).toEqual({
      PATH: null,
      OMP_NUM_THREADS: '3',
      ORT_DISABLE_TELEMETRY: '1',
    });
  });

  it('records the metrics of its metrics file, and does not start with one that cannot be used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ts-build-'));
    const file = join(folder, 'metrics.yaml');
    const keys = { load_models: 'counted', metrics_mode: 'prometheus', metrics_config: file };
    const models = { counted: { handler: 'counted.mjs' } };
    const dimensions = '[ModelName, Level]';
    try {
      const counter = `{counter: [{name: KitCounter, unit: count, dimensions: ${dimensions}}]}`;
      writeFileSync(
        file,
        `ts_metrics: {counter: [{name: Requests2XX, unit: Count}]}\nmodel_metrics: ${counter}`,
      );
      running = await runServer({ models, keys });
      await fetch(`${running.inference}/predictions/counted`, { method: 'POST', body: 'x' });
      const text = await (await fetch(`${running.metrics}/metrics`)).text();
      expect(text.match(/^# TYPE .*/gm)).toEqual(['# TYPE Requests2XX counter', '# TYPE KitCounter counter']);
      expect(text).toMatch(/^KitCounter\{ModelName="counted",Level="Model",Hostname=".*",\} 2\.0$/m);
      await running.stop();
      writeFileSync(file, 'model_metrics: 3');
      await expect(runServer({ models, keys })).rejects.toMatchObject({ code: 'METRICS_FILE' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('keeps what it extracts in a folder of its own, below temp_folder', async () => {
    running = await runServer();
    expect(existsSync(join(running.folder, 'temp'))).toBe(true);
  });

  it('lets workers look for the next batch without sleeping for the time of busy_poll_us, where cores are left', async () => {
    for (const us of [10_000, 0]) {
      const sent = vi.spyOn(BusyPoll.prototype, 'sent');
      const given = () => sent.mock.results.map(({ value }) => value).filter((value) => value !== undefined);
      const keys = { load_models: 'act', busy_poll_us: String(us) };
      running = await runServer({ models: { act: { handler: 'act.mjs' } }, keys });
      for (let asked = 0; asked < 50 || (us > 0 && asked < 500 && given().length === 0); asked++)
        await fetch(`${running.inference}/predictions/act`, { method: 'POST', body: '{}' });
      expect(new Set(given())).toEqual(new Set(us > 0 && usableCores() > 1 ? [us] : []));
      sent.mockRestore();
      await running.stop();
    }
    running = undefined;
  });
});
