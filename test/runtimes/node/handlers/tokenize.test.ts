import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandlerSettings } from '../../../../src/runtimes/node/handlers/settings.js';
import { readTokenizer } from '../../../../src/runtimes/node/handlers/tokenize.js';
import { MODELS } from '../test-context.js';

const TINY = join(MODELS, 'tiny-text');
const cases = JSON.parse(readFileSync(join(TINY, 'test.json'), 'utf8')) as { text: string; ids: number[] }[];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-tokens-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function tokenizer(handler: Record<string, unknown> = {}, from = TINY) {
  return readTokenizer(from, new HandlerSettings({ handler }), 'text_embedding');
}

describe('readTokenizer', () => {
  it('gives the token numbers that the Python library gives', async () => {
    const encoder = await tokenizer();
    for (const { text, ids } of cases) expect(encoder.encode(text)).toEqual(ids);
    expect(encoder.padId).toBe(0);
  });

  it('cuts long texts and keeps the special tokens at both ends', async () => {
    const [long] = cases.filter(({ ids }) => ids.length > 10);
    if (!long) throw new Error('no long case');
    const cut = (await tokenizer({ maxLength: 8 })).encode(long.text);
    expect(cut).toEqual([...long.ids.slice(0, 7), long.ids.at(-1)]);
  });

  it('cuts at the tokenizer’s own limit when none is set', async () => {
    expect((await tokenizer()).encode('film '.repeat(200))).toHaveLength(64);
  });

  it('refuses texts above the limit of characters with 400', async () => {
    const encoder = await tokenizer({ maxCharacters: 5 });
    expect(() => encoder.encode('a text')).toThrow(expect.objectContaining({ errorCode: 400 }));
  });

  it('names a file that is missing or broken', async () => {
    await expect(tokenizer({}, folder)).rejects.toMatchObject({
      code: 'HANDLER_FILE_MISSING',
      message: expect.stringContaining('tokenizer.json'),
    });
    writeFileSync(join(folder, 'tokenizer.json'), '{');
    await expect(tokenizer({}, folder)).rejects.toMatchObject({ code: 'HANDLER_FILE_INVALID' });
    writeFileSync(join(folder, 'tokenizer.json'), '{"model": {"type": "Unheard-of"}}');
    await expect(tokenizer({}, folder)).rejects.toMatchObject({
      code: 'HANDLER_FILE_MISSING',
      message: expect.stringContaining('tokenizer_config.json'),
    });
    writeFileSync(join(folder, 'tokenizer_config.json'), '{}');
    await expect(tokenizer({}, folder)).rejects.toMatchObject({ code: 'HANDLER_FILE_INVALID' });
  });
});
