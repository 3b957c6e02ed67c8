import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  countWorkers,
  listModels,
  type Management,
  scaleWorkers,
} from '../../../src/bench/targets/management.js';
import { type ModelServer, startModelServer } from '../model-server.js';

let server: ModelServer;
let management: Management;

beforeEach(async () => {
  server = await startModelServer({ models: ['echo', 'other'] });
  management = { address: server.origin, flag: '--management-url', signal: new AbortController().signal };
});

afterEach(() => server.stop());

describe('the management API of a target', () => {
  it('lists the models', async () => {
    expect(await listModels(management)).toEqual(['echo', 'other']);
  });

  it('scales and counts workers', async () => {
    await scaleWorkers(management, 'echo', { minWorkers: 3, maxWorkers: 3 }, 5000);
    expect(server.scaledTo).toEqual([3]);
    expect(await countWorkers(management, 'echo')).toEqual({ minWorkers: 3, maxWorkers: 3, ready: 3 });
  });

  it('names what is served when a model is unknown', async () => {
    const asked = countWorkers(management, 'digits');
    await expect(asked).rejects.toMatchObject({ code: 'BENCH_MODEL_UNKNOWN' });
    await expect(asked).rejects.toThrowError('It serves: echo, other.');
    const scaled = scaleWorkers(management, 'digits', { minWorkers: 1, maxWorkers: 1 }, 5000);
    await expect(scaled).rejects.toMatchObject({ code: 'BENCH_MODEL_UNKNOWN' });
  });

  it('gives the reason of the server when scaling fails', async () => {
    server.refuseScaling = { status: 500, body: '{"code": 500, "message": "Failed to start workers"}' };
    const scaled = scaleWorkers(management, 'echo', { minWorkers: 2, maxWorkers: 2 }, 5000);
    await expect(scaled).rejects.toThrowError('the server answered 500 Failed to start workers');
  });

  it('does not believe a server that says it scaled and did not', async () => {
    server.refuseScaling = { status: 200, body: '{"status": "Workers scaled"}' };
    const scaled = scaleWorkers(management, 'echo', { minWorkers: 2, maxWorkers: 2 }, 200);
    await expect(scaled).rejects.toThrowError('1 are ready after 0.2 s');
  });

  it('says so when nobody is there', async () => {
    await server.stop();
    const asked = listModels(management);
    await expect(asked).rejects.toMatchObject({ code: 'BENCH_TARGET_DOWN' });
    await expect(asked).rejects.toThrowError('nothing listens there');
  });

  it('says so when something else answers', async () => {
    const wrong = { ...management, address: `${server.origin}/predictions/echo` };
    await expect(listModels(wrong)).rejects.toThrowError('not a management API');
  });

  it('stops asking when it is interrupted', async () => {
    const interrupted = { ...management, signal: AbortSignal.abort(new Error('interrupted')) };
    await expect(listModels(interrupted)).rejects.toThrowError('interrupted');
  });
});
