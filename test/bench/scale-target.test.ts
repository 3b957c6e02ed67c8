import { afterEach, describe, expect, it } from 'vitest';
import { scaleTarget } from '../../src/bench/scale-target.js';
import { type ModelServer, startModelServer } from './model-server.js';

let server: ModelServer | undefined;
afterEach(() => server?.stop());

const { signal } = new AbortController();
const target = { kind: 'url', model: 'echo', close: async () => {} } as const;

describe('scaling a target', () => {
  it('asks its management API for exactly so many workers', async () => {
    server = await startModelServer();
    await scaleTarget({ ...target, inference: server.origin, management: server.origin }, 3, 5000, signal);
    expect(server.scaledTo).toEqual([3]);
  });

  it('needs one', async () => {
    const scaled = scaleTarget({ ...target, inference: 'http://h', management: undefined }, 3, 5000, signal);
    await expect(scaled).rejects.toMatchObject({ code: 'BENCH_UNSCALABLE', exitCode: 2 });
  });
});
