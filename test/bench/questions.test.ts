import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadQuestions, type QuestionOptions } from '../../src/bench/questions.js';

const NONE: QuestionOptions = { inputs: [], expects: [], contentType: undefined, tolerance: 0.01 };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-questions-'));
  for (const name of ['a.json', 'b.TXT', 'c.bin', 'right.json'])
    writeFileSync(join(folder, name), `of ${name}`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what a model is asked', () => {
  it('is one image of each digit for the bundled model, with the truth known', async () => {
    const questions = await loadQuestions('digits', NONE);
    expect(questions.map(({ expectation }) => expectation)).toEqual(
      Array.from({ length: 10 }, (_, digit) => ({ kind: 'label', label: String(digit) })),
    );
    for (const { body, contentType } of questions) {
      expect(contentType).toBe('image/png');
      expect(body.subarray(1, 4).toString()).toBe('PNG');
    }
  });

  it('is the files that were named, in their order, with content types by their endings', async () => {
    const inputs = ['a.json', 'b.TXT', 'c.bin'].map((name) => join(folder, name));
    const questions = await loadQuestions('digits', { ...NONE, inputs });
    expect(questions.map(({ name, body, contentType }) => [name, body.toString(), contentType])).toEqual([
      ['a.json', 'of a.json', 'application/json'],
      ['b.TXT', 'of b.TXT', 'text/plain'],
      ['c.bin', 'of c.bin', 'application/octet-stream'],
    ]);
    expect(questions.every(({ expectation }) => expectation === undefined)).toBe(true);
  });

  it('has the content type and the right answer that were given', async () => {
    const inputs = [join(folder, 'a.json')];
    const expects = [join(folder, 'right.json')];
    const [question] = await loadQuestions('m', { inputs, expects, contentType: 'text/x', tolerance: 0.5 });
    expect(question).toMatchObject({
      contentType: 'text/x',
      expectation: { kind: 'answer', text: 'of right.json', tolerance: 0.5 },
    });
  });

  it('must be said for a model nobody knows', async () => {
    await expect(loadQuestions('bloom', NONE)).rejects.toMatchObject({ code: 'BENCH_INPUT_REQUIRED' });
  });

  it('must have as many right answers as requests, if any', async () => {
    const inputs = ['a.json', 'b.TXT'].map((name) => join(folder, name));
    const expects = [join(folder, 'right.json')];
    await expect(loadQuestions('m', { ...NONE, inputs, expects })).rejects.toMatchObject({
      code: 'BENCH_EXPECT_COUNT',
    });
  });

  it('may be a folder: its files by name, hidden ones and folders left out', async () => {
    const inputs = mkdtempSync(join(folder, 'inputs-'));
    await expect(loadQuestions('m', { ...NONE, inputs: [inputs] })).rejects.toMatchObject({
      code: 'BENCH_NO_INPUTS',
    });
    for (const name of ['b.png', 'a.wav', '.hidden']) writeFileSync(join(inputs, name), name);
    mkdirSync(join(inputs, 'nested'));
    const questions = await loadQuestions('m', { ...NONE, inputs: [inputs] });
    expect(questions.map(({ name, contentType }) => [name, contentType])).toEqual([
      ['a.wav', 'audio/wav'],
      ['b.png', 'image/png'],
    ]);
  });

  it('must be readable', async () => {
    const inputs = [join(folder, 'missing.json')];
    await expect(loadQuestions('m', { ...NONE, inputs })).rejects.toThrowError('there is no such file');
  });
});
