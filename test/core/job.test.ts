import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { serveError } from '../../src/core/errors.js';
import type { AnswerHead } from '../../src/core/inference.js';
import { Job, type JobOptions } from '../../src/core/job.js';

const head: AnswerHead = { status: 200, reason: '', headers: { a: 'b' } };

function makeJob(options: Partial<JobOptions> = {}, verb: 'predict' | 'describe' = 'predict'): Job {
  const request = { id: 'id', model: 'm', verb, headers: {}, parts: [] };
  return new Job(request, { admittedAt: 5, ...options });
}

async function read(body: unknown): Promise<string> {
  let text = '';
  for await (const chunk of body as AsyncIterable<Buffer>) text += chunk;
  return text;
}

describe('a job', () => {
  it('resolves with the whole answer it is settled with', async () => {
    const job = makeJob();
    job.settle({ kind: 'answered', head, body: [Buffer.from('yes')] }, 9);
    expect(await job.answer).toEqual({ ...head, body: [Buffer.from('yes')] });
    expect(job).toMatchObject({ settled: true, settledAt: 9, status: 200, streaming: false });
  });

  it('rejects with the error it failed with, whatever was thrown', async () => {
    const job = makeJob();
    job.fail(new TypeError('broken'), 9);
    await expect(job.answer).rejects.toMatchObject({ code: 'INTERNAL', message: 'broken' });
    expect(job.status).toBe(500);
  });

  it('may fail before anybody awaits it', () => {
    expect(() => makeJob().fail(serveError('WORKER_DIED', {}), 9)).not.toThrow();
  });

  it('is settled once: a second time is a bug and throws', () => {
    const job = makeJob();
    job.fail('no', 9);
    expect(() => job.settle({ kind: 'answered', head, body: [Buffer.alloc(0)] }, 10)).toThrow(
      'settled twice',
    );
  });

  it('tells when it is settled, with the outcome known and no owner left', () => {
    const seen: Job[] = [];
    const job = makeJob({ onSettled: (settled) => seen.push(settled) });
    job.owner = { abandon() {} };
    job.fail('no', 9);
    expect(seen).toEqual([job]);
    expect(seen[0]?.owner).toBeUndefined();
    expect(seen[0]?.outcome?.kind).toBe('failed');
  });

  it('is alone when it asks for a description', () => {
    expect(makeJob({}, 'describe').alone).toBe(true);
    expect(makeJob().alone).toBe(false);
  });

  it('has status 0 while nothing is known', () => {
    expect(makeJob().status).toBe(0);
  });
});

describe('a streamed answer', () => {
  it('begins with the first piece and ends with the rest', async () => {
    const job = makeJob();
    job.write(head, [Buffer.from('a')]);
    expect(job).toMatchObject({ streaming: true, settled: false, status: 200 });
    const answer = await job.answer;
    expect(answer).toMatchObject(head);
    job.write({ ...head, status: 201 }, [Buffer.from('b')]);
    job.settle({ kind: 'answered', head, body: [Buffer.from('c')] }, 9);
    expect(await read(answer.body)).toBe('abc');
  });

  it('ends with the error when the worker fails on the way', async () => {
    const job = makeJob();
    job.write(head, [Buffer.from('a')]);
    const { body } = await job.answer;
    job.fail(serveError('WORKER_DIED', {}), 9);
    await expect(read(body)).rejects.toMatchObject({ code: 'WORKER_DIED' });
  });

  it('may break before anybody reads it, who is then told all the same', async () => {
    const job = makeJob();
    job.write(head, [Buffer.from('a')]);
    job.cancel();
    const { body } = await job.answer;
    await new Promise((resolve) => setImmediate(resolve));
    await expect(read(body)).rejects.toMatchObject({ code: 'CLIENT_GONE' });
  });

  it('drops late pieces', async () => {
    const job = makeJob();
    job.write(head, [Buffer.from('a')]);
    const { body } = await job.answer;
    job.settle({ kind: 'answered', head, body: [Buffer.alloc(0)] }, 9);
    job.write(head, [Buffer.from('late')]);
    expect(await read(body)).toBe('a');
  });

  it('is given up when a slow client lets too many bytes wait', async () => {
    const abandoned: Job[] = [];
    const job = makeJob({ maxBufferedBytes: 10 });
    job.owner = { abandon: (left) => abandoned.push(left) };
    job.write(head, [Buffer.alloc(10)]);
    expect(job.settled).toBe(false);
    job.write(head, [Buffer.alloc(1)]);
    expect(job.settled).toBe(true);
    expect(abandoned).toEqual([job]);
    await expect(read((await job.answer).body as Readable)).rejects.toMatchObject({ code: 'CLIENT_GONE' });
  });
});

describe('a client that goes', () => {
  it('makes the owner let go and settles the job', async () => {
    const abandoned: Job[] = [];
    const job = makeJob();
    job.owner = { abandon: (left) => abandoned.push(left) };
    job.cancel();
    expect(abandoned).toEqual([job]);
    await expect(job.answer).rejects.toMatchObject({ code: 'CLIENT_GONE', status: 499 });
  });

  it('changes nothing after the answer', () => {
    const abandoned: Job[] = [];
    const job = makeJob();
    job.settle({ kind: 'answered', head, body: [Buffer.alloc(0)] }, 9);
    job.owner = { abandon: (left) => abandoned.push(left) };
    job.cancel();
    expect(abandoned).toEqual([]);
    expect(job.outcome?.kind).toBe('answered');
  });
});
