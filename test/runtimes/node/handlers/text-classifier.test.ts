import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf, MODELS } from '../test-context.js';
import { WorkerProcess } from '../worker-process.js';

interface Case {
  readonly text: string;
  readonly label: string;
  readonly chance: number;
}

const cases = JSON.parse(readFileSync(join(MODELS, 'tiny-text/test.json'), 'utf8')) as Case[];
let worker: WorkerProcess;

beforeAll(async () => {
  worker = await WorkerProcess.load({
    directory: join(MODELS, 'tiny-text'),
    modelConfig: configOf('tiny-text'),
  });
});

afterAll(async () => {
  await worker.stop();
});

describe('the text_classifier handler', () => {
  it('gives the chances that Python gives, in one batch', async () => {
    const told = await worker.batch(cases.map(({ text }) => ({ body: text, type: 'text/plain' })));
    told.forEach(({ body, answer }, at) => {
      const chances = JSON.parse(body.toString()) as Record<string, number>;
      expect(answer.headers).toEqual({ 'content-type': 'application/json' });
      expect(Object.keys(chances)[0]).toBe(cases[at]?.label);
      expect(chances[cases[at]?.label ?? '']).toBeCloseTo(cases[at]?.chance ?? 0, 4);
    });
  });

  it('answers a list of texts with a list', async () => {
    const { body } = await worker.ask({
      body: JSON.stringify(['so dull', 'so warm']),
      type: 'application/json',
    });
    const answers = JSON.parse(body.toString()) as Record<string, number>[];
    expect(answers.map((chances) => Object.keys(chances)[0])).toEqual(['negative', 'positive']);
  });

  it('fails a request without a text alone', async () => {
    const told = await worker.batch([{ body: '7', type: 'application/json' }, { body: 'superb' }]);
    expect(told.map(({ answer }) => answer.status)).toEqual([400, 200]);
  });
});
