import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveError } from '../../../core/errors.js';
import { PredictionException } from '../prediction-exception.js';
import { requireOptional } from './optional-package.js';
import type { HandlerSettings } from './settings.js';

/** Token numbers of texts, cut and ready to be padded. */
export interface Encoder {
  readonly padId: number;
  /** Throws a PredictionException (400) for a text above the limit of characters. */
  encode(text: string): readonly number[];
}

/** The part of @huggingface/tokenizers in use; its own types do not resolve in ES modules. */
interface Tokenizer {
  encode(
    text: string,
    options?: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly number[] };
  token_to_id(token: string): number | undefined;
}

interface TokenizersModule {
  readonly Tokenizer: new (tokenizer: unknown, config: unknown) => Tokenizer;
}

/** Placeholder of "no limit" in tokenizer_config.json is a number far above this. */
const MAX_LENGTH = 1_000_000;
const DEFAULT_LENGTH = 512;
/** Tokenizing costs about 0.3 us a character, and nearly all of a longer text would be cut off again. */
const DEFAULT_CHARACTERS = 100_000;

/**
 * Reads tokenizer.json and tokenizer_config.json of the archive. Texts are cut to `maxLength` tokens, special tokens
 * included (default: the tokenizer's own limit, else 512). Throws HANDLER_FILE_MISSING or HANDLER_FILE_INVALID.
 */
export async function readTokenizer(
  folder: string,
  settings: HandlerSettings,
  handler: string,
): Promise<Encoder> {
  const tokenizerJson = readJson(folder, 'tokenizer.json', handler);
  const config = readJson(folder, 'tokenizer_config.json', handler);
  const { Tokenizer: Make } = requireOptional<TokenizersModule>('@huggingface/tokenizers', handler);
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Make(tokenizerJson, config);
  } catch (cause) {
    throw serveError('HANDLER_FILE_INVALID', { file: 'tokenizer.json', reason: String(cause) }, { cause });
  }
  const own = Number(config.model_max_length);
  const maxLength = settings.count('maxLength', own > 0 && own < MAX_LENGTH ? own : DEFAULT_LENGTH, 3);
  const maxCharacters = settings.count('maxCharacters', DEFAULT_CHARACTERS);
  const suffix = endOf(tokenizer);
  return {
    padId: tokenizer.token_to_id(String(config.pad_token ?? '[PAD]')) ?? 0,
    encode: (text) => {
      if (text.length > maxCharacters)
        throw new PredictionException(
          `A text of ${text.length} characters is above the limit of ${maxCharacters}.`,
          400,
        );
      const { ids } = tokenizer.encode(text);
      return ids.length <= maxLength ? ids : [...ids.slice(0, maxLength - suffix.length), ...suffix];
    },
  };
}

/** The special tokens behind a text: they stay when it is cut. */
function endOf(tokenizer: Tokenizer): readonly number[] {
  const bare = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const whole = tokenizer.encode('a').ids;
  for (let at = 0; at + bare.length <= whole.length; at += 1)
    if (bare.every((id, index) => whole[at + index] === id)) return whole.slice(at + bare.length);
  return [];
}

function readJson(folder: string, file: string, handler: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(join(folder, file), 'utf8');
  } catch (cause) {
    throw serveError('HANDLER_FILE_MISSING', { handler, file }, { cause });
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw serveError('HANDLER_FILE_INVALID', { file, reason: String(cause) }, { cause });
  }
}
