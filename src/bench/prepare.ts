import { serveError } from '../core/errors.js';
import { findFault } from './check.js';
import { createClient } from './load/client.js';
import type { AskedQuestion, Question } from './question.js';

export interface PrepareOptions {
  /** Where the model is asked. */
  readonly url: string;
  readonly timeoutMs: number;
  /** How far numbers of an answer may lie from those of the first. */
  readonly tolerance: number;
  readonly signal: AbortSignal;
}

/**
 * Asks each question once, before anything is measured. What has no known answer yet gets this one: later answers must
 * equal it. Throws BENCH_FIRST_ANSWER and BENCH_TARGET_DOWN.
 */
export async function prepareQuestions(
  questions: readonly Question[],
  options: PrepareOptions,
): Promise<readonly AskedQuestion[]> {
  const client = createClient({ ...options, connections: 1 });
  const prepared: AskedQuestion[] = [];
  try {
    for (const question of questions) {
      const { status, text, bytes } = await client.ask(question).catch((error: Error) => {
        options.signal.throwIfAborted();
        const reason = error.message || String((error as NodeJS.ErrnoException).code);
        throw serveError('BENCH_TARGET_DOWN', { url: options.url, flag: '--url', reason }, { cause: error });
      });
      const expectation = question.expectation ?? { kind: 'answer', text, tolerance: options.tolerance };
      const fault = findFault(expectation, status, text);
      if (fault !== undefined) throw serveError('BENCH_FIRST_ANSWER', { question: question.name, fault });
      prepared.push({ ...question, expectation, answer: bytes });
    }
    return prepared;
  } finally {
    client.close();
  }
}
