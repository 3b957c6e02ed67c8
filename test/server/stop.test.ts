import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runServer } from './running.js';

describe('a server that stops', () => {
  it('does not wait for connections that are only kept alive', async () => {
    const running = await runServer();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      const call = request(`${running.inference}/ping`, { agent }, (answer) => {
        answer.resume();
        answer.on('end', resolve);
      });
      call.on('error', reject);
      call.end();
    });
    const begun = performance.now();
    await running.stop();
    expect(performance.now() - begun).toBeLessThan(900);
    agent.destroy();
  });

  it('gives up what takes longer than drain_timeout', async () => {
    const running = await runServer({
      models: { act: { handler: 'act.mjs' } },
      keys: { load_models: 'act', drain_timeout: '0' },
    });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ do: 'sleep', ms: 20_000 });
    const asked = fetch(`${running.inference}/predictions/act`, { method: 'POST', body, headers });
    await sleep(150);
    await running.stop();
    const answer = await asked;
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ message: 'Worker died.' });
  });
});
