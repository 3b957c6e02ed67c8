import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODELS } from '../test-context.js';
import { WorkerProcess } from '../worker-process.js';

interface Case {
  readonly text: string;
  readonly embedding: readonly number[];
}

const directory = join(MODELS, 'tiny-text');
const cases = JSON.parse(readFileSync(join(directory, 'test.json'), 'utf8')) as Case[];
let worker: WorkerProcess;

beforeAll(async () => {
  worker = await WorkerProcess.load({ directory, handler: 'text_embedding' });
});

afterAll(async () => {
  await worker.stop();
});

describe('the text_embedding handler', () => {
  it('gives the vectors that Python gives, in one batch', async () => {
    const told = await worker.batch(cases.map(({ text }) => ({ body: text })));
    told.forEach(({ body }, at) => {
      const vector = JSON.parse(body.toString()) as number[];
      expect(vector).toHaveLength(32);
      vector.forEach((value, axis) => {
        expect(value).toBeCloseTo(cases[at]?.embedding[axis] ?? 0, 4);
      });
    });
  });

  it('answers a list of texts with a list of vectors of length 1', async () => {
    const texts = cases.slice(0, 3).map(({ text }) => text);
    const { body, answer } = await worker.ask({
      body: JSON.stringify({ inputs: texts }),
      type: 'application/json',
    });
    const vectors = JSON.parse(body.toString()) as number[][];
    expect(answer.headers).toEqual({ 'content-type': 'application/json' });
    expect(vectors).toHaveLength(3);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  it('puts sentences of one mood closer together than sentences of two', async () => {
    const texts = ['The film was superb.', 'The meal was excellent!', 'This book was dreadful.'];
    const { body } = await worker.ask({ body: JSON.stringify(texts), type: 'application/json' });
    const [superb = [], excellent = [], dreadful = []] = JSON.parse(body.toString()) as number[][];
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
    expect(dot(superb, excellent)).toBeGreaterThan(dot(superb, dreadful));
  });
});
