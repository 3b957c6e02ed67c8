import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { bench, type Demand } from '../../src/bench/bench.js';
import { loadQuestions } from '../../src/bench/questions.js';
import { SCALING } from './measurement.js';
import { type AnswerTo, type ModelServer, startModelServer } from './model-server.js';

let server: ModelServer;
afterEach(() => server.stop());

const images = await loadQuestions('digits', {
  inputs: [],
  expects: [],
  contentType: undefined,
  tolerance: 0,
});

/** Knows each bundled image; requests in parallel arrive in any order. */
const rightLabel: AnswerTo = (body) => {
  const known = images.find((image) => image.body.equals(body))?.expectation;
  return { text: JSON.stringify({ [known?.kind === 'label' ? known.label : '?']: 0.9, other: 0.1 }) };
};

async function measure(answer: AnswerTo, models = ['digits'], signal = new AbortController().signal) {
  server = await startModelServer({ models, answer });
  const demand: Demand = {
    plan: { ...SCALING, workers: [2, 1] },
    questions: { inputs: [], expects: [], contentType: undefined, tolerance: 0 },
    targets: [{ kind: 'url', url: server.origin, managementUrl: server.origin, modelName: undefined }],
  };
  return bench(demand, signal, { begin() {}, at() {} });
}

describe('a measurement from end to end', () => {
  it('asks each question once, measures, and leaves the workers as they were', async () => {
    const measurement = await measure(rightLabel);
    expect(measurement?.targets).toMatchObject([{ kind: 'url', model: 'digits', difference: undefined }]);
    expect(measurement?.questions).toHaveLength(10);
    expect(measurement?.run.rounds.map(({ parallel }) => parallel.failed)).toEqual([0, 0]);
    // First answers need workers too: the first count, the two measured ones, and back.
    expect(server.scaledTo).toEqual([2, 2, 1]);
  });

  it('puts the workers back also when the first answer is wrong', async () => {
    const failing = measure(() => ({ text: '{"nothing": 1}' }));
    await expect(failing).rejects.toMatchObject({ code: 'BENCH_FIRST_ANSWER' });
    expect(server.scaledTo).toEqual([2, 1]);
  });

  it('needs a question for a model it does not know', async () => {
    await expect(measure(rightLabel, ['bloom'])).rejects.toMatchObject({ code: 'BENCH_INPUT_REQUIRED' });
  });

  it('has nothing to tell when it is interrupted at once', async () => {
    expect(await measure(rightLabel, ['digits'], AbortSignal.abort())).toBeUndefined();
  });

  it('compares targets, and tells how far their answers lie apart', async () => {
    server = await startModelServer({ models: ['m'], answer: () => ({ text: '[1, 2]' }) });
    const other = await startModelServer({ models: ['m'], answer: () => ({ text: '[1, 2.5]' }) });
    const targets = [server, other].map(({ origin }) => ({
      kind: 'url' as const,
      url: origin,
      managementUrl: origin,
      modelName: undefined,
    }));
    const questions = {
      inputs: [fileURLToPath(import.meta.url)],
      expects: [],
      contentType: 'a/b',
      tolerance: 0,
    };
    const plan = { ...SCALING, workers: [1] };
    const { signal } = new AbortController();
    try {
      const measurement = await bench({ plan, questions, targets }, signal, { begin() {}, at() {} });
      expect(measurement?.run.rounds.map(({ target }) => target)).toEqual(
        targets.map(({ url }) => new URL(url).host),
      );
      expect(measurement?.targets.map(({ difference }) => difference)).toEqual([
        undefined,
        { kind: 'numbers', maxAbsolute: 0.5, maxRelative: 0.2 },
      ]);
      expect([server.scaledTo, other.scaledTo].map((counts) => counts.at(-1))).toEqual([1, 1]);
    } finally {
      await other.stop();
    }
  });

  it('gives the workers of the first target back when the second one is not there', async () => {
    server = await startModelServer({ models: ['m'] });
    const target = { kind: 'url', managementUrl: undefined, modelName: undefined } as const;
    const { origin } = server;
    const targets = [
      { ...target, url: origin, managementUrl: origin },
      { ...target, url: 'http://127.0.0.1:1' },
    ];
    const questions = { inputs: [], expects: [], contentType: undefined, tolerance: 0 };
    const { signal } = new AbortController();
    const failing = bench({ plan: SCALING, questions, targets }, signal, { begin() {}, at() {} });
    await expect(failing).rejects.toMatchObject({ code: 'BENCH_TARGET_DOWN' });
    expect(server.scaledTo).toEqual([]);
  });
});
