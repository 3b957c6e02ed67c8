import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runServer, type TestServer } from '../../../server/running.js';

let running: TestServer;

beforeAll(async () => {
  running = await runServer({
    models: { reflect: { handler: 'reflect.mjs' } },
    keys: { load_models: 'reflect', metrics_mode: 'prometheus' },
  });
  await fetch(`${running.inference}/predictions/reflect`);
});

afterAll(() => running.stop());

describe('the metrics API', () => {
  it('answers below /metrics, by any method', async () => {
    for (const [method, path] of [
      ['GET', '/metrics'],
      ['POST', '/metrics/x/y'],
    ] as const) {
      const response = await fetch(`${running.metrics}${path}`, { method });
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await response.text()).toMatch(/ts_inference_requests_total\{model_name="reflect",.*\} 1\.0/);
    }
  });

  it('shows only what is asked for by name', async () => {
    const response = await fetch(`${running.metrics}/metrics?name[]=Requests2XX&name%5B%5D=QueueTime`);
    const names = (await response.text()).split('\n').flatMap((line) => line.match(/^\w+(?=\{)/) ?? []);
    expect([...new Set(names)].sort()).toEqual(['QueueTime', 'Requests2XX']);
    expect(await (await fetch(`${running.metrics}/metrics?name[]=none`)).text()).toBe('');
  });

  it('is not on the other listeners', async () => {
    expect((await fetch(`${running.inference}/metrics`)).status).toBe(404);
    expect((await fetch(`${running.management}/metrics`)).status).toBe(404);
  });
});
