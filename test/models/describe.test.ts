import { describe, expect, it } from 'vitest';
import { Job } from '../../src/core/job.js';
import { customizedMetadata, describeVersion } from '../../src/models/describe.js';
import type { ModelVersion } from '../../src/models/model-version.js';

function aVersion(settings: object, workers: readonly object[] = []): ModelVersion {
  return {
    name: 'm',
    version: '1.0',
    settings,
    group: { minWorkers: 0, maxWorkers: 0, workers },
    queue: { capacity: 10, length: 3 },
    onGpu: true,
  } as unknown as ModelVersion;
}

const MEASURES = {
  memoryBytes: async (pid: number) => pid * 2,
  gpuUsage: async (index: number) => `gpu ${index}`,
};
const OPTIONS = { measures: MEASURES, loadedAtStartup: false };

describe('the description of a model', () => {
  it('shows sequence settings only when sequences can be kept', async () => {
    const settings = { sequenceBatching: true, sequenceMaxIdleMs: 0, maxNumSequence: 4 };
    expect(await describeVersion(aVersion(settings), OPTIONS)).toMatchObject({
      stateful: false,
      maxNumSequence: 0,
    });
    const kept = aVersion({ ...settings, sequenceMaxIdleMs: 5 });
    expect(await describeVersion(kept, OPTIONS)).toMatchObject({ stateful: true, maxNumSequence: 4 });
  });

  it('tells how full the queue is', async () => {
    const { jobQueueStatus } = await describeVersion(aVersion({}), OPTIONS);
    expect(jobQueueStatus).toEqual({ remainingCapacity: 7, pendingRequests: 3 });
  });

  it('calls every worker that is not ready unloading, and one without a process -1', async () => {
    const worker = (state: string, pid?: number) => ({
      id: '9000',
      device: { type: 'cuda', index: 2 },
      facts: { state, pid, startedAt: 0 },
    });
    const { workers } = await describeVersion(aVersion({}, [worker('ready', 7), worker('loading')]), OPTIONS);
    expect(workers).toMatchObject([
      { status: 'READY', pid: 7, memoryUsage: 14, gpu: true, gpuUsage: 'gpu 2' },
      { status: 'UNLOADING', pid: -1, memoryUsage: 0 },
    ]);
  });
});

describe('what a handler says of itself', () => {
  const said = (text: string): Promise<unknown> => {
    const request = { id: 'id', model: 'm', verb: 'describe', headers: {}, parts: [] } as const;
    const job = new Job(request, { admittedAt: 0 });
    const head = { status: 200, reason: '', headers: {} };
    job.settle({ kind: 'answered', head, body: Buffer.from(text) }, 1);
    return customizedMetadata(job);
  };

  it.each([
    ['{"a": 1}', { a: 1 }],
    ['[1]', {}],
    ['a text', {}],
    ['', undefined],
    ['null', undefined],
  ])('%s becomes %j', async (text, metadata) => {
    expect(await said(text)).toEqual(metadata);
  });
});
