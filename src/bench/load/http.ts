import { createCheck } from '../check.js';
import type { CheckedQuestion } from '../question.js';
import type { Client } from './client.js';
import type { Phase } from './phase.js';
import { Tally } from './tally.js';

export interface LoopOptions {
  readonly questions: readonly CheckedQuestion[];
  readonly requests: number;
  /** Requests under way at a time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Called after each request. */
  readonly onAnswer: () => void;
}

/** When nothing is answered any more, there is no use in going on. */
const MAX_FAILED_IN_A_ROW = 10;

/**
 * Sends a number of requests, `parallel` at a time, and checks each answer. Never throws for a failed request; undefined
 * when it was interrupted, because a part of a phase has no duration to compare.
 */
export async function runLoop(client: Client, options: LoopOptions): Promise<Phase | undefined> {
  const { questions, requests, parallel, signal } = options;
  const tally = new Tally();
  const checks = questions.map((question) => createCheck(question.expectation));
  let next = 0;
  const lane = async () => {
    while (next < requests && tally.failedInARow < MAX_FAILED_IN_A_ROW && !signal.aborted) {
      const turn = next++ % questions.length;
      await askOne(client, tally, questions[turn], checks[turn], options);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, requests) }, lane));
  return signal.aborted ? undefined : tally.phase();
}

async function askOne(
  client: Client,
  tally: Tally,
  question: CheckedQuestion | undefined,
  check: ReturnType<typeof createCheck> | undefined,
  { signal, onAnswer }: LoopOptions,
): Promise<void> {
  if (!question || !check) return;
  const { ms, fault } = await client.ask(question).then(
    ({ status, text, ms, reconnects }) => {
      tally.reconnects += reconnects;
      return { ms, fault: check(status, text) };
    },
    (error: Error) => ({ ms: 0, fault: error.message || String((error as NodeJS.ErrnoException).code) }),
  );
  if (signal.aborted) return;
  if (fault === undefined) tally.answered(ms);
  else tally.failed(fault, question.name);
  onAnswer();
}
