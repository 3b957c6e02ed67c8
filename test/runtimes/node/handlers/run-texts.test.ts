import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeRequests, runTexts } from '../../../../src/runtimes/node/handlers/run-texts.js';
import { TextModel } from '../../../../src/runtimes/node/handlers/text-model.js';
import { contextFor, MODELS } from '../test-context.js';

let model: TextModel;

beforeAll(async () => {
  const context = contextFor({ directory: join(MODELS, 'tiny-text') });
  model = await TextModel.open(context, 'text_classifier', (outputs) => outputs[0]);
});

describe('encodeRequests and runTexts', () => {
  it('hand every request the rows of its own texts, and a bad one its refusal', async () => {
    const prepared = encodeRequests(model, [{ body: 'dull' }, { body: 7 }, { body: ['warm', 'weak'] }], 10);
    const runs: number[] = [];
    const rows = await runTexts(model, prepared, ({ tokens }) => {
      runs.push(tokens.length);
      return tokens.map((count, row) => `${row}:${count}`);
    });
    expect(runs).toEqual([3]);
    expect(rows[0]).toHaveLength(1);
    expect(rows[1]).toMatchObject({ errorCode: 400 });
    expect(rows[2]).toHaveLength(2);
    expect([rows[0], rows[2]].flat().map((row) => String(row).split(':')[0])).toEqual(['0', '1', '2']);
  });

  it('run many texts in groups, so that memory stays bounded', async () => {
    const prepared = encodeRequests(model, [{ body: new Array(150).fill('warm') }], 256);
    const runs: number[] = [];
    const [rows] = await runTexts(model, prepared, ({ tokens }) => {
      runs.push(tokens.length);
      return tokens;
    });
    expect(runs).toEqual([64, 64, 22]);
    expect(rows).toHaveLength(150);
  });

  it('run nothing when no request can be', async () => {
    const prepared = encodeRequests(model, [{ body: [] }], 10);
    expect(await runTexts(model, prepared, () => expect.fail('ran'))).toMatchObject([{ errorCode: 400 }]);
  });
});
