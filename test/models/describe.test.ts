import { describe, expect, it } from 'vitest';
import { Job } from '../../src/core/job.js';
import { customizedMetadata, describeVersion } from '../../src/models/describe.js';
import type { ModelVersion } from '../../src/models/model-version.js';

function aVersion(settings: object, places: readonly object[] = []): ModelVersion {
  return {
    name: 'm',
    version: '1.0',
    settings,
    group: { minWorkers: 0, maxWorkers: 0, places },
    queue: { capacity: 10, length: 3 },
    onGpu: true,
  } as unknown as ModelVersion;
}

const MEASURES = {
  memoryBytes: async (pid: number) => pid * 2,
  gpuUsage: async (index: number) => `gpu ${index}`,
};
const aWorker = (state: string, pid?: number) => ({
  id: '9000',
  device: { type: 'cuda', index: 2 },
  facts: { state, pid, startedAt: 0 },
  healthy: true,
});
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
    const worker = (state: string, pid?: number) => ({ worker: aWorker(state, pid) });
    const { workers } = await describeVersion(aVersion({}, [worker('ready', 7), worker('loading')]), OPTIONS);
    expect(workers).toMatchObject([
      { status: 'READY', pid: 7, memoryUsage: 14, gpu: true, gpuUsage: 'gpu 2' },
      { status: 'UNLOADING', pid: -1, memoryUsage: 0 },
    ]);
  });
});

describe('the failures of a worker’s place', () => {
  const last = { reason: 'The worker was ended by SIGSEGV.', place: 'handler.py:3', lastLines: ['oh'] };
  const place = {
    worker: aWorker('failed'),
    failures: 5,
    failuresInARow: 4,
    crashLoop: true,
    lastFailure: last,
    retryAt: 1000,
  };

  it('are shown only to those who ask, and only if there were any', async () => {
    const [plain] = (await describeVersion(aVersion({}, [place]), OPTIONS)).workers;
    expect(plain).not.toHaveProperty('failures');
    const sound = aVersion({}, [{ ...place, failures: 0 }]);
    const [never] = (await describeVersion(sound, { ...OPTIONS, withFailures: true })).workers;
    expect(never).not.toHaveProperty('failures');
  });

  it('tell of crash loops, of the next attempt and of the last reason', async () => {
    const options = { ...OPTIONS, withFailures: true };
    const [waiting] = (await describeVersion(aVersion({}, [place]), options)).workers;
    expect(waiting?.failures).toEqual({
      count: 5,
      inARow: 4,
      crashLoop: true,
      givenUp: false,
      nextAttempt: '1970-01-01T00:00:01.000Z',
      last,
    });
    const lost = { ...place, retryAt: undefined, worker: { ...aWorker('failed'), healthy: false } };
    const [given] = (await describeVersion(aVersion({}, [lost]), options)).workers;
    expect(given?.failures).toMatchObject({ givenUp: true, nextAttempt: undefined });
  });
});

describe('what a handler says of itself', () => {
  const said = (text: string): Promise<unknown> => {
    const request = { id: 'id', model: 'm', verb: 'describe', headers: {}, parts: [] } as const;
    const job = new Job(request, { admittedAt: 0 });
    const head = { status: 200, reason: '', headers: {} };
    job.settle({ kind: 'answered', head, body: [Buffer.from(text)] }, 1);
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
