import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askJson, runServer, type TestServer } from '../../../server/running.js';

let running: TestServer;

beforeAll(async () => {
  running = await runServer({
    models: {
      reflect: { handler: 'reflect.mjs' },
      sick: { handler: 'badinit.mjs', config: 'minWorkers: 1\nmaxRetryTimeoutInSec: 0\n' },
    },
    keys: { load_models: 'reflect' },
  });
});

afterAll(() => running.stop());

describe('ping', () => {
  it('is healthy while all models have their workers, by any method', async () => {
    for (const method of ['GET', 'POST', 'PUT']) {
      const response = await fetch(`${running.inference}/ping/?deep=true`, { method });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('{\n  "status": "Healthy"\n}\n');
    }
  });

  it('counts a model that was scaled to nothing as healthy', async () => {
    await fetch(`${running.management}/models/reflect?min_worker=0&synchronous=true`, { method: 'PUT' });
    expect((await fetch(`${running.inference}/ping`)).status).toBe(200);
  });

  it('is unhealthy once a worker has been given up, until its model is gone', async () => {
    await fetch(`${running.management}/models?url=sick&synchronous=false`, { method: 'POST' });
    const ping = () => askJson(`${running.inference}/ping`);
    await expect.poll(async () => (await ping()).status, { timeout: 10_000 }).toBe(500);
    expect((await ping()).body).toEqual({ status: 'Unhealthy' });
    await fetch(`${running.management}/models/sick`, { method: 'DELETE' });
    expect((await ping()).status).toBe(200);
  });
});
