import { afterEach, describe, expect, it } from 'vitest';
import { prepareQuestions } from '../../src/bench/prepare.js';
import type { Question } from '../../src/bench/question.js';
import { type AnswerTo, type ModelServer, startModelServer } from './model-server.js';

let server: ModelServer;
afterEach(() => server.stop());

const question = (name: string, expectation?: Question['expectation']): Question => ({
  name,
  body: Buffer.from(name),
  contentType: 'text/plain',
  expectation,
});

async function prepare(questions: readonly Question[], answer?: AnswerTo) {
  server = await startModelServer({ answer });
  const url = `${server.origin}/predictions/echo`;
  return prepareQuestions(questions, {
    url,
    timeoutMs: 5000,
    tolerance: 0.1,
    signal: new AbortController().signal,
  });
}

describe('the first round of questions', () => {
  it('makes the first answer the right one where none is known', async () => {
    const known = { kind: 'answer', text: 'b', tolerance: 0 } as const;
    const prepared = await prepare([question('a'), question('b', known)]);
    expect(prepared.map(({ expectation }) => expectation)).toEqual([
      { kind: 'answer', text: 'a', tolerance: 0.1 },
      known,
    ]);
    expect(server.bodies.map(String)).toEqual(['a', 'b']);
    expect(server.contentTypes).toEqual(['text/plain', 'text/plain']);
  });

  it('ends everything when an answer is an error', async () => {
    const failing = prepare([question('a')], () => ({ status: 503, text: 'no worker' }));
    await expect(failing).rejects.toMatchObject({ code: 'BENCH_FIRST_ANSWER' });
    await expect(failing).rejects.toThrowError('status 503: no worker');
  });

  it('ends everything when an answer is wrong', async () => {
    const wrong = prepare([question('a', { kind: 'label', label: '7' })], () => ({ text: '{"3": 1}' }));
    await expect(wrong).rejects.toThrowError('the answer is "3", the truth "7"');
  });

  it('says so when nobody is there', async () => {
    server = await startModelServer();
    await server.stop();
    const url = `${server.origin}/predictions/echo`;
    const signal = new AbortController().signal;
    const asking = prepareQuestions([question('a')], { url, timeoutMs: 5000, tolerance: 0, signal });
    await expect(asking).rejects.toMatchObject({ code: 'BENCH_TARGET_DOWN' });
  });
});
