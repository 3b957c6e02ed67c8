import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { compareSnapshots, type Snapshot, takeSnapshot } from '../../../src/bench/server-side/server-side.js';

let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

async function serve(pages: Readonly<Record<string, string>>) {
  server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    response.writeHead(page === undefined ? 404 : 200, { connection: 'close' }).end(page);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {};
  return { kind: 'own', model: 'm', inference: origin, management: origin, metrics: origin, close } as const;
}

const snapshot = (atMs: number, figures: Readonly<Record<string, number>>, cpuSec?: number): Snapshot => ({
  atMs,
  samples: Object.entries(figures).map(([name, value]) => ({
    name,
    labels: { model_name: 'm', ModelName: 'm' },
    value,
  })),
  workers: [{ pid: 1, rssBytes: 1000, cpuSec }],
});

describe('a look at the server', () => {
  it('reads its metrics and its workers', async () => {
    const target = await serve({
      '/metrics': 'ts_inference_requests_total{model_name="m",} 3.0\n',
      '/models/m': JSON.stringify([{ workers: [{ pid: process.pid, memoryUsage: 4096 }, { pid: 0 }] }]),
    });
    const { samples, workers } = await takeSnapshot(target);
    expect(samples).toHaveLength(1);
    expect(workers).toMatchObject([{ pid: process.pid, rssBytes: 4096 }]);
  });

  it('reads processor time only of processes of this machine', async () => {
    const target = await serve({
      '/models/m': JSON.stringify([{ workers: [{ pid: process.pid, memoryUsage: 1 }] }]),
    });
    expect((await takeSnapshot({ ...target, kind: 'url' })).workers[0]?.cpuSec).toBeUndefined();
  });

  it('is content with a server that tells nothing', async () => {
    const target = await serve({ '/models/m': 'no JSON' });
    expect(await takeSnapshot(target)).toMatchObject({ samples: [], workers: [] });
  });
});

describe('what happened between two looks', () => {
  it('is the growth of what the server counts', () => {
    const before = snapshot(0, { ts_inference_requests_total: 10, ts_queue_latency_microseconds: 5000 }, 1);
    const after = snapshot(
      2000,
      { ts_inference_requests_total: 30, ts_queue_latency_microseconds: 45_000, WorkerBatches: 5 },
      2.5,
    );
    expect(compareSnapshots(before, after, 'm')).toEqual({
      queueMs: 2,
      batchSize: 4,
      cpuPercent: 75,
      workers: [{ pid: 1, rssBytes: 1000, cpuPercent: 75 }],
    });
  });

  it('leaves out what is not known', () => {
    expect(compareSnapshots(snapshot(0, {}), snapshot(1000, {}), 'm')).toEqual({
      queueMs: undefined,
      batchSize: undefined,
      cpuPercent: undefined,
      workers: [{ pid: 1, rssBytes: 1000, cpuPercent: undefined }],
    });
    const nothing = { atMs: 0, samples: [], workers: [] };
    expect(compareSnapshots(nothing, nothing, 'm')).toBeUndefined();
  });

  it('tells no processor time of a moment too short for its clock', () => {
    const side = compareSnapshots(snapshot(0, {}, 1), snapshot(100, {}, 1.01), 'm');
    expect(side?.cpuPercent).toBeUndefined();
  });
});
