import type { RequestData } from '../handler.js';
import { PredictionException } from '../prediction-exception.js';
import { refuseEmpty } from './refuse-empty.js';

/** The texts of one request. `list` says whether they came as a list, and so should the answer. */
export interface RequestTexts {
  readonly texts: readonly string[];
  readonly list: boolean;
}

/**
 * Reads texts from plain text, from a JSON string or list of strings, or from an object that holds either as `text`,
 * `texts` or `inputs`. Throws a PredictionException (400) for anything else, for an empty list, and for more than
 * `maxTexts`.
 */
export function readTexts(request: RequestData, maxTexts: number): RequestTexts {
  refuseEmpty(request);
  const value = unwrap(request.data ?? request.body ?? request);
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string'))
    throw new PredictionException(
      'Send a text, or JSON: "a text", ["several", "texts"] or {"text": either of them}.',
      400,
    );
  if (texts.length > maxTexts)
    throw new PredictionException(`${texts.length} texts are above the limit of ${maxTexts} a request.`, 400);
  return { texts, list: Array.isArray(value) };
}

function unwrap(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return fromBytes(value.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { text, texts, inputs } = value as Record<string, unknown>;
  const held = text ?? texts ?? inputs;
  return Buffer.isBuffer(held) ? held.toString('utf8') : held;
}

/** Bytes without a content type: JSON if they look like it, else the text itself. */
function fromBytes(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return text;
  try {
    return unwrap(JSON.parse(text));
  } catch {
    return text;
  }
}
