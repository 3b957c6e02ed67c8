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
});
