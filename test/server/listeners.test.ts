import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askJson, runServer, type TestServer } from './running.js';

let running: TestServer | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the listeners of a server', () => {
  it('have addresses of their own, also when all ask for a free port', async () => {
    running = await runServer();
    expect(new Set([running.inference, running.management, running.metrics]).size).toBe(3);
  });

  it('are one when inference and management share an address, with the metrics on it', async () => {
    const address = `http://127.0.0.1:${await freePort()}`;
    running = await runServer({
      models: { reflect: { handler: 'reflect.mjs' } },
      keys: { inference_address: address, management_address: address, load_models: 'reflect' },
    });
    expect([running.inference, running.management]).toEqual([address, address]);
    expect((await askJson(`${address}/ping`)).status).toBe(200);
    expect((await askJson(`${address}/models/reflect/1.0`)).status).toBe(200);
    expect((await askJson(`${address}/models/reflect/invoke`, { method: 'POST', body: '{}' })).status).toBe(
      200,
    );
    expect((await fetch(`${address}/metrics`)).status).toBe(200);
    expect((await fetch(`${running.metrics}/metrics`)).status).toBe(200);
  });

  it('leave the metrics out when they are switched off', async () => {
    running = await runServer({ keys: { enable_metrics_api: 'false' } });
    expect(running.server.addresses).not.toHaveProperty('metrics');
    expect((await fetch(`${running.inference}/metrics`)).status).toBe(404);
  });

  it('say who holds an address that is in use, and what to change', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const started = runServer({ keys: { management_address: `http://127.0.0.1:${port}` } });
    await expect(started).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: expect.stringContaining(`The management address http://127.0.0.1:${port} is in use`),
      hint: expect.stringContaining('--management-address (management_address)'),
    });
    if (process.platform === 'linux')
      await expect(started).rejects.toMatchObject({
        message: expect.stringContaining(`process ${process.pid}`),
      });
    holder.close();
  });

  it('say why an address cannot be used at all', async () => {
    await expect(runServer({ keys: { inference_address: 'http://192.0.2.1:0' } })).rejects.toMatchObject({
      code: 'ADDRESS_UNUSABLE',
      message: expect.stringContaining('http://192.0.2.1:0'),
    });
  });

  it('limit the body as max_request_size says', async () => {
    running = await runServer({ keys: { max_request_size: '10' } });
    const response = await fetch(`${running.inference}/ping`, { method: 'POST', body: 'x'.repeat(11) });
    expect(response.status).toBe(413);
  });
});
