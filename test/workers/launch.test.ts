import { expect, it } from 'vitest';
import type { LaunchDemand, Runtime } from '../../src/runtimes/runtime.js';
import { deviceOf, launchCommand } from '../../src/workers/launch.js';
import type { Placed } from '../../src/workers/placement.js';
import type { RankDemand } from '../../src/workers/ranks.js';
import type { WorkerOptions } from '../../src/workers/worker-options.js';

const GROUP: Placed = {
  device: { type: 'cuda', index: 2 },
  group: [
    { type: 'cuda', index: 2, physicalIndex: 6 },
    { type: 'cuda', index: 3 },
  ],
};
const PLAIN: Placed = { device: { type: 'cuda', index: 1, name: 'H200' }, group: [] };

function launch(placed: Placed, ranks?: RankDemand): { demand: LaunchDemand; visible: string | undefined } {
  const demands: LaunchDemand[] = [];
  const runtime: Runtime = {
    names: ['none'],
    command: (demand) => {
      demands.push(demand);
      return { file: 'none', args: [], environment: demand.environment, directory: demand.directory };
    },
  };
  const options = {
    id: '9003',
    load: { model: 'bloom', directory: '/models/bloom', handler: 'handler.py' },
    connections: { address: '/tmp/workers.sock' },
    environment: { PATH: '/bin' },
    threads: 2,
    placed,
    ranks,
    runtime,
  } as unknown as WorkerOptions<unknown>;
  const { environment } = launchCommand(options, 'token');
  const [demand] = demands;
  if (!demand) throw new Error('no command was asked for');
  return { demand, visible: environment.CUDA_VISIBLE_DEVICES };
}

it('a plain worker is told its GPU, and sees all of them', () => {
  const { demand, visible } = launch(PLAIN);
  expect(demand).toMatchObject({
    socket: '/tmp/workers.sock',
    token: 'token',
    device: { type: 'cuda', index: 1 },
  });
  expect(demand.ranks).toBeUndefined();
  expect(visible).toBeUndefined();
});

it('a group sees its own GPUs alone, by the numbers they have on the machine', () => {
  const { demand, visible } = launch(GROUP, { count: 2, everyone: false, torchrun: { nnodes: 1 } });
  expect(visible).toBe('6,3');
  expect(demand.ranks).toMatchObject({
    count: 2,
    everyone: false,
    torchrun: { nnodes: 1 },
    id: 'bloom_9003',
  });
});

it('each rank of a group has the GPU of its own number among those', () => {
  expect([0, 1, 3].map((rank) => deviceOf(GROUP, rank))).toEqual([
    { type: 'cuda', index: 0 },
    { type: 'cuda', index: 1 },
    { type: 'cuda', index: 1 },
  ]);
  expect(deviceOf({ device: { type: 'cpu' }, group: [] }, 1)).toEqual({ type: 'cpu' });
});
