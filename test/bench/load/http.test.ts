import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/bench/load/client.js';
import { runLoop } from '../../../src/bench/load/http.js';
import type { CheckedQuestion } from '../../../src/bench/question.js';
import { type AnswerTo, type ModelServer, startModelServer } from '../model-server.js';

let server: ModelServer;
afterEach(() => server.stop());

const question = (text: string): CheckedQuestion => ({
  name: text,
  body: Buffer.from(text),
  contentType: 'text/plain',
  expectation: { kind: 'answer', text, tolerance: 0 },
});

async function run(
  requests: number,
  parallel: number,
  { answer, delayMs = 5, abortAfter }: { answer?: AnswerTo; delayMs?: number; abortAfter?: number } = {},
) {
  server = await startModelServer({ answer, delayMs });
  const interruption = new AbortController();
  const { signal } = interruption;
  const url = `${server.origin}/predictions/echo`;
  const client = createClient({ url, connections: parallel, timeoutMs: 5000, signal });
  let answered = 0;
  const onAnswer = () => {
    answered += 1;
    if (answered === abortAfter) interruption.abort();
  };
  const questions = ['a', 'b', 'c'].map(question);
  const phase = await runLoop(client, { questions, requests, parallel, signal, onAnswer });
  client.close();
  return { phase, answered };
}

describe('a counted loop', () => {
  it('asks exactly so often, one after another, the questions in turn', async () => {
    const { phase, answered } = await run(7, 1);
    expect(phase).toMatchObject({ asked: 7, failed: 0, fault: undefined, latency: { count: 7 } });
    expect(server.bodies.map(String)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
    expect(server.mostAtOnce).toBe(1);
    expect(answered).toBe(7);
    expect(phase?.seconds).toBeGreaterThanOrEqual(7 * 0.004);
  });

  it('keeps so many requests under way', async () => {
    const { phase } = await run(20, 4, { delayMs: 20 });
    expect(phase?.asked).toBe(20);
    expect(server.mostAtOnce).toBe(4);
  });

  it('never has more lanes than requests', async () => {
    await run(2, 8);
    expect(server.bodies).toHaveLength(2);
  });

  it('counts wrong answers and failed ones, keeps the first reason, and takes no latency from them', async () => {
    const answer: AnswerTo = (body, index) =>
      index === 1 ? { text: 'wrong' } : index === 3 ? { status: 500, text: '' } : { text: String(body) };
    const { phase } = await run(6, 1, { answer });
    expect(phase).toMatchObject({ asked: 6, failed: 2, latency: { count: 4 } });
    expect(phase?.fault).toBe('b: the answer is wrong, expected b');
  });

  it('stops when nothing is answered any more', async () => {
    const { phase } = await run(1000, 1, { answer: () => ({ status: 503, text: 'down' }), delayMs: 0 });
    expect(phase).toMatchObject({ asked: 10, failed: 10 });
  });

  it('has no result when it is interrupted', async () => {
    const { phase } = await run(1000, 2, { abortAfter: 5 });
    expect(phase).toBeUndefined();
    expect(server.bodies.length).toBeLessThan(20);
  });
});
