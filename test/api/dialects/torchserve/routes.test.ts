import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askJson, runServer, type TestServer } from '../../../server/running.js';

let running: TestServer;

beforeAll(async () => {
  running = await runServer({
    keys: {
      cors_allowed_origin: 'https://app.example',
      cors_allowed_methods: 'GET, POST',
      cors_allowed_headers: 'X-Custom',
    },
  });
});

afterAll(() => running.stop());

describe('the listeners', () => {
  it.each(['inference', 'management', 'metrics'] as const)('describe themselves: %s', async (role) => {
    const described = await askJson(`${running[role]}/`, { method: 'OPTIONS' });
    expect(described.body).toMatchObject({ openapi: '3.0.1', info: { version: '0.12.0' } });
    expect((await askJson(`${running[role]}/api-description`)).body).toEqual(described.body);
  });

  it('refuse other methods at the root', async () => {
    expect((await askJson(`${running.inference}/`)).body).toMatchObject({ code: 405 });
  });

  it('keep to their own paths', async () => {
    for (const url of [
      `${running.management}/ping`,
      `${running.management}/predictions/x`,
      `${running.inference}/models`,
      `${running.metrics}/ping`,
    ])
      expect((await askJson(url)).body.type).toBe('ResourceNotFoundException');
  });

  it('put the CORS headers on every answer, errors included', async () => {
    for (const path of ['/ping', '/nowhere']) {
      const { headers } = await fetch(`${running.inference}${path}`);
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(headers.get('access-control-allow-methods')).toBe('GET, POST');
      expect(headers.get('access-control-allow-headers')).toBe('X-Custom');
    }
  });
});
