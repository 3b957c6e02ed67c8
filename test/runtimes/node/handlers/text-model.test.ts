import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TextModel } from '../../../../src/runtimes/node/handlers/text-model.js';
import { contextFor, MODELS } from '../test-context.js';

const tiny = { directory: join(MODELS, 'tiny-text') };

async function open(handler: Record<string, unknown> = {}, directory = tiny.directory) {
  const context = contextFor({ directory, modelConfig: { handler } });
  return TextModel.open(context, 'text_embedding', (outputs) =>
    outputs.find(({ name }) => name === 'last_hidden_state'),
  );
}

describe('TextModel', () => {
  it('pads texts to the longest and counts the real tokens of each', async () => {
    const model = await open();
    const texts = ['The film was dull.', 'Our journey proved wonderful despite the weather!'].map((text) =>
      model.encode(text),
    );
    const { dims, tokens, data } = await model.run(texts);
    expect(tokens).toEqual(texts.map((ids) => ids.length));
    expect(dims).toEqual([2, Math.max(...tokens), 32]);
    expect(data).toHaveLength(2 * Math.max(...tokens) * 32);
  });

  it('gives a text the same numbers with and without company', async () => {
    const model = await open();
    const [short, long] = ['Her concert felt warm', 'The café turned out forgettable, as everyone said'].map(
      (text) => model.encode(text),
    );
    if (!short || !long) throw new Error('no texts');
    const alone = await model.run([short]);
    const together = await model.run([short, long]);
    for (let at = 0; at < short.length * 32; at += 1)
      expect(together.data[at]).toBeCloseTo(alone.data[at] ?? 0, 5);
  });

  it('takes the output that the configuration names', async () => {
    const model = await open({ output: 'logits' });
    expect((await model.run([model.encode('dull')])).dims).toEqual([1, 2]);
    await expect(open({ output: 'gone' })).rejects.toMatchObject({
      code: 'MODEL_UNFIT',
      message: expect.stringContaining('logits float32'),
    });
  });
});
