import type { RequestData } from '../handler.js';
import { isPredictionException, type PredictionException } from '../prediction-exception.js';
import { type RequestTexts, readTexts } from './request-texts.js';
import type { TextModel } from './text-model.js';

/** The texts of one request, as token numbers. */
export interface EncodedRequest extends RequestTexts {
  readonly encoded: readonly (readonly number[])[];
}

export type PreparedTexts = EncodedRequest | PredictionException;

/** Texts that one run may hold; more run one group after another, so that memory stays bounded. */
const TEXTS_PER_RUN = 64;

/** Reads and tokenizes every request of a batch; one that cannot be is its exception. */
export function encodeRequests(
  model: TextModel,
  data: readonly RequestData[],
  maxTexts: number,
): readonly PreparedTexts[] {
  return data.map((request) => {
    try {
      const read = readTexts(request, maxTexts);
      return { ...read, encoded: read.texts.map((text) => model.encode(text)) };
    } catch (thrown) {
      if (isPredictionException(thrown)) return thrown;
      throw thrown;
    }
  });
}

/**
 * Runs the texts of all requests together and hands every request the rows of its own. `toRows` makes one row per text
 * of an output.
 */
export async function runTexts<Row>(
  model: TextModel,
  prepared: readonly PreparedTexts[],
  toRows: (output: Awaited<ReturnType<TextModel['run']>>) => readonly Row[],
): Promise<readonly (readonly Row[] | PredictionException)[]> {
  const texts = prepared.flatMap((each) => (isPredictionException(each) ? [] : each.encoded));
  const rows: Row[] = [];
  for (let at = 0; at < texts.length; at += TEXTS_PER_RUN)
    rows.push(...toRows(await model.run(texts.slice(at, at + TEXTS_PER_RUN))));
  let start = 0;
  return prepared.map((each) => {
    if (isPredictionException(each)) return each;
    start += each.encoded.length;
    return rows.slice(start - each.encoded.length, start);
  });
}
