import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeRuntime } from '../../../src/runtimes/node/runtime.js';

const demand = {
  directory: '/models/digits',
  handler: 'image_classifier',
  device: { type: 'cpu' },
  threads: 3,
  socket: '/run/workers.sock',
  token: 'secret',
  environment: { PATH: '/bin', OMP_NUM_THREADS: '16', HIDDEN: undefined },
} as const;

describe('nodeRuntime', () => {
  it('serves the runtime word node', () => {
    expect(nodeRuntime.names).toEqual(['node']);
  });

  it('starts the compiled worker with the Node that runs the server, in the folder of the archive', () => {
    const { file, args, directory } = nodeRuntime.command(demand);
    expect(file).toBe(process.execPath);
    expect(args).toHaveLength(1);
    expect(existsSync(args[0] ?? '')).toBe(true);
    expect(directory).toBe('/models/digits');
  });

  it('tells the worker where to dial and how many threads it has, and hands on the environment', () => {
    expect(nodeRuntime.command(demand).environment).toMatchObject({
      PATH: '/bin',
      TS_SERVE_WORKER_SOCKET: '/run/workers.sock',
      TS_SERVE_WORKER_TOKEN: 'secret',
      OMP_NUM_THREADS: '3',
    });
  });

  it('switches onnxruntime’s telemetry off', () => {
    expect(nodeRuntime.command(demand).environment.ORT_DISABLE_TELEMETRY).toBe('1');
  });
});
