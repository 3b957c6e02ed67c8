import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { runServer, type TestServer } from './running.js';

let running: TestServer | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe('starting a server', () => {
  it('tells where it listens and what it serves', async () => {
    running = await runServer({
      models: { reflect: { handler: 'reflect.mjs', config: 'minWorkers: 2\n' } },
      keys: { load_models: 'reflect' },
    });
    expect(running.server.addresses.inference).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(running.server.models).toMatchObject([
      { name: 'reflect', version: '1.0', workers: 2, readyWorkers: 2, device: 'cpu' },
    ]);
  });

  it('fails, with the reason of the worker, when a required model has none', async () => {
    const start = runServer({
      models: { bad: { handler: 'badinit.mjs' } },
      load: [{ url: 'bad', required: true }],
    });
    await expect(start).rejects.toMatchObject({
      code: 'MODEL_NOT_STARTED',
      message: expect.stringMatching(/Model bad could not be started: .*cannot be initialised/s),
    });
  });
});

describe('stopping a server', () => {
  it('answers what is under way, and leaves no file and no process', async () => {
    running = await runServer({ models: { act: { handler: 'act.mjs' } }, keys: { load_models: 'act' } });
    const described = await fetch(`${running.management}/models/act`);
    const [{ workers }] = (await described.json()) as [{ workers: { pid: number }[] }];
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ do: 'sleep', ms: 300 });
    const asked = fetch(`${running.inference}/predictions/act`, { method: 'POST', body, headers });
    await sleep(100);
    await running.server.stop();
    expect(await (await asked).text()).toBe('did sleep');
    expect(readdirSync(join(running.folder, 'temp'))).toEqual([]);
    expect(() => process.kill(workers[0]?.pid ?? 0, 0)).toThrow('ESRCH');
  });

  it('can be done at once', async () => {
    running = await runServer({ models: { act: { handler: 'act.mjs' } }, keys: { load_models: 'act' } });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ do: 'sleep', ms: 20_000 });
    const asked = fetch(`${running.inference}/predictions/act`, { method: 'POST', body, headers });
    asked.catch(() => {});
    await sleep(100);
    const begun = performance.now();
    await running.server.kill();
    expect(performance.now() - begun).toBeLessThan(5000);
    await expect(asked).rejects.toThrow();
  });
});
