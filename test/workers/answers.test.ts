import { describe, expect, it } from 'vitest';
import type { ChunkHeader, DoneHeader, WireAnswer } from '../../src/wire/frames.js';
import { settleAnswers, writeChunk } from '../../src/workers/answers.js';
import { makeJob } from './fixtures/stage.js';

const ok: WireAnswer = { status: 200, reason: '', headers: { a: 'b' }, size: 2 };

function done(...answers: WireAnswer[]): DoneHeader {
  return { answers, credits: 1, handlerMs: 0 };
}

describe('the answers of a batch', () => {
  it('settle its jobs in order, each with its bytes', async () => {
    const jobs = [makeJob(), makeJob()] as const;
    settleAnswers({ id: 1, jobs }, done(ok, { ...ok, status: 201, size: 3 }), Buffer.from('onetw'), 5);
    expect(await jobs[0].answer).toMatchObject({
      status: 200,
      headers: { a: 'b' },
      body: [Buffer.from('on')],
    });
    expect(await jobs[1].answer).toMatchObject({ status: 201, body: [Buffer.from('etw')] });
    expect(jobs[1].settledAt).toBe(5);
  });

  it("may be errors, with the handler's own status and words", async () => {
    const job = makeJob();
    settleAnswers(
      { id: 1, jobs: [job] },
      done({ ...ok, status: 418, size: 0, error: 'tea' }),
      Buffer.alloc(0),
      5,
    );
    await expect(job.answer).rejects.toMatchObject({ code: 'HANDLER_FAILED', status: 418, message: 'tea' });
  });

  it('are dropped for jobs that were given up', () => {
    const jobs = [makeJob(), makeJob()] as const;
    jobs[0].cancel();
    settleAnswers({ id: 1, jobs }, done(ok, ok), Buffer.from('abcd'), 5);
    expect(jobs.map((job) => job.outcome?.kind)).toEqual(['failed', 'answered']);
  });

  it('leave a job of a round unsettled that has more to come', async () => {
    const jobs = [makeJob(), makeJob()] as const;
    const header = done({ ...ok, more: true }, ok);
    settleAnswers({ id: 1, jobs }, header, Buffer.from('abcd'), 5, true);
    expect(jobs.map(({ settled, streaming }) => [settled, streaming])).toEqual([
      [false, true],
      [true, false],
    ]);
    settleAnswers({ id: 2, jobs: jobs.slice(0, 1) }, done(ok), Buffer.from('ef'), 6, true);
    const { body } = await jobs[0].answer;
    const pieces: string[] = [];
    for await (const piece of body as AsyncIterable<Buffer>) pieces.push(String(piece));
    expect(pieces.join('')).toBe('abef');
  });

  it('settle a job all the same where there are no rounds', () => {
    const job = makeJob();
    settleAnswers({ id: 1, jobs: [job] }, done({ ...ok, more: true }), Buffer.from('ab'), 5);
    expect(job.settled).toBe(true);
  });

  it.each<[string, unknown]>([
    ['none', { ...done(), answers: undefined }],
    ['too few', done()],
    ['too many', done(ok, ok)],
    ['of another size', done({ ...ok, size: 3 })],
    ['of a negative size', done({ ...ok, size: -2 })],
    ['without a status', done({ ...ok, status: undefined as never })],
    ['with an impossible status', done({ ...ok, status: 7 })],
    ['with headers that are no text', done({ ...ok, headers: { a: 1 as never } })],
    ['with an error that is no text', done({ ...ok, error: {} as never })],
    ['null', done(null as never)],
    ['without credits', { ...done(ok), credits: undefined }],
    ['with negative credits', { ...done(ok), credits: -1 }],
  ])('settle nothing if they do not fit: %s', (_, header) => {
    const job = makeJob();
    expect(() => settleAnswers({ id: 1, jobs: [job] }, header as DoneHeader, Buffer.from('ab'), 5)).toThrow(
      SyntaxError,
    );
    expect(job.settled).toBe(false);
  });
});

describe('a piece of a streamed answer', () => {
  const header: ChunkHeader = { job: 1, status: 200, reason: '', headers: {} };

  it('goes to its job', async () => {
    const jobs = [makeJob(), makeJob()] as const;
    writeChunk({ id: 1, jobs }, header, Buffer.from('a'));
    expect(jobs.map((job) => job.streaming)).toEqual([false, true]);
    expect(await jobs[1].answer).toMatchObject({ status: 200 });
  });

  it.each([
    ['of no job', { ...header, job: 2 }],
    ['of a job that is no number', { ...header, job: 'length' as never }],
    ['without headers', { ...header, headers: null as never }],
  ])('is refused: %s', (_, wrong) => {
    expect(() => writeChunk({ id: 1, jobs: [makeJob(), makeJob()] }, wrong, Buffer.from('a'))).toThrow(
      SyntaxError,
    );
  });
});
