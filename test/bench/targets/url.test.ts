import { afterEach, describe, expect, it } from 'vitest';
import { scaleWorkers } from '../../../src/bench/targets/management.js';
import { reachUrl } from '../../../src/bench/targets/url.js';
import { type ModelServer, startModelServer } from '../model-server.js';

const { signal } = new AbortController();
let server: ModelServer;
afterEach(() => server.stop());

async function reach(models: readonly string[], modelName?: string) {
  server = await startModelServer({ models });
  return reachUrl({ url: `${server.origin}/`, managementUrl: server.origin, modelName, signal });
}

describe('a server that runs already', () => {
  it('is asked for its only model', async () => {
    const target = await reach(['echo']);
    expect(target).toMatchObject({
      kind: 'url',
      model: 'echo',
      inference: server.origin,
      management: server.origin,
    });
  });

  it('must be told which of several', async () => {
    await expect(reach(['a', 'b'])).rejects.toThrowError('It serves: a, b.');
    await server.stop();
    expect((await reach(['a', 'b'], 'b')).model).toBe('b');
  });

  it('must serve the one that was named', async () => {
    await expect(reach(['a'], 'c')).rejects.toMatchObject({ code: 'BENCH_MODEL_UNKNOWN' });
  });

  it('gets its workers back', async () => {
    const target = await reach(['echo']);
    const management = { address: server.origin, flag: '', signal };
    await scaleWorkers(management, 'echo', { minWorkers: 4, maxWorkers: 4 }, 5000);
    await target.close();
    expect(server.scaledTo).toEqual([4, 1]);
  });

  it('is left alone when its workers were', async () => {
    await (await reach(['echo'])).close();
    expect(server.scaledTo).toEqual([]);
  });

  it('has its management API at the next port unless told otherwise', async () => {
    server = await startModelServer();
    const port = Number(new URL(server.origin).port);
    const url = `http://127.0.0.1:${port - 1}`;
    expect(await reachUrl({ url, managementUrl: undefined, modelName: undefined, signal })).toMatchObject({
      inference: url,
      model: 'echo',
    });
  });

  it('has its metrics API two ports further', async () => {
    server = await startModelServer();
    const port = Number(new URL(server.origin).port);
    const url = `http://127.0.0.1:${port}`;
    const options = { url, managementUrl: url, modelName: undefined, signal };
    expect((await reachUrl(options)).metrics).toBe(`http://127.0.0.1:${port + 2}`);
    const metricsUrl = 'http://127.0.0.1:1/';
    expect((await reachUrl({ ...options, metricsUrl })).metrics).toBe('http://127.0.0.1:1');
  });

  it('needs no management API in the dialect of KServe, but the name of the model', async () => {
    server = await startModelServer();
    const options = { url: server.origin, managementUrl: undefined, dialect: 'kserve-v2', signal } as const;
    const target = await reachUrl({ ...options, modelName: 'm' });
    expect(target).toMatchObject({ model: 'm', management: undefined, dialect: 'kserve-v2' });
    await target.close();
    await expect(reachUrl({ ...options, modelName: undefined })).rejects.toMatchObject({
      code: 'BENCH_MODEL_NAME',
      exitCode: 2,
    });
    expect(server.scaledTo).toEqual([]);
  });
});
