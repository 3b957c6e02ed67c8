import { describe, expect, it } from 'vitest';
import { encode } from '../../src/api/dialects/torchserve/encode.js';
import { type Directory, infer } from '../../src/api/infer.js';
import { serveError } from '../../src/core/errors.js';
import type { InferenceRequest } from '../../src/core/inference.js';
import { Job } from '../../src/core/job.js';
import { aCall } from './dialects/torchserve/a-call.js';

const REQUEST: InferenceRequest = {
  id: 'id',
  model: 'm',
  version: '2',
  verb: 'predict',
  headers: {},
  parts: [],
};

/** A directory whose one servable hands out the job. */
function directoryOf(job: Job, asked: unknown[] = []): Directory {
  return {
    find(model, version) {
      asked.push(model, version);
      return { name: model, version: '2', admit: () => job };
    },
  };
}

describe('inference', () => {
  it('finds, admits, waits and encodes', async () => {
    const job = new Job(REQUEST, { admittedAt: 0 });
    const asked: unknown[] = [];
    const bound: Job[] = [];
    const reply = infer(aCall({ bind: (one) => bound.push(one) }), REQUEST, directoryOf(job, asked), encode);
    const head = { status: 201, reason: '', headers: {} };
    job.settle({ kind: 'answered', head, body: [Buffer.from('hi')] }, 1);
    expect(await reply).toEqual({ status: 201, reason: '', headers: [], body: [Buffer.from('hi')] });
    expect(asked).toEqual(['m', '2']);
    expect(bound).toEqual([job]);
  });

  it('waits for a request that is still being decoded', async () => {
    const job = new Job(REQUEST, { admittedAt: 0 });
    const reply = infer(aCall(), Promise.resolve(REQUEST), directoryOf(job), encode);
    job.settle(
      { kind: 'answered', head: { status: 200, reason: '', headers: {} }, body: [Buffer.from('')] },
      1,
    );
    expect((await reply).status).toBe(200);
  });

  it('rejects as the job fails', async () => {
    const job = new Job(REQUEST, { admittedAt: 0 });
    const reply = infer(aCall(), REQUEST, directoryOf(job), encode);
    job.fail(serveError('WORKER_DIED', {}), 1);
    await expect(reply).rejects.toMatchObject({ code: 'WORKER_DIED' });
  });
});
