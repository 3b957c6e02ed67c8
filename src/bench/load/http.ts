import { createCheck } from '../check.js';
import type { CheckedQuestion } from '../question.js';
import { summarize } from '../sample.js';
import type { Client } from './client.js';
import type { Phase } from './phase.js';

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

/** What the parallel lanes of one phase share. */
interface Tally {
  next: number;
  asked: number;
  failed: number;
  failedInARow: number;
  fault: string | undefined;
  readonly latenciesMs: number[];
}

/**
 * Sends a number of requests, `parallel` at a time, and checks each answer. Never throws for a failed request; undefined
 * when it was interrupted, because a part of a phase has no duration to compare.
 */
export async function runLoop(client: Client, options: LoopOptions): Promise<Phase | undefined> {
  const { questions, requests, parallel, signal } = options;
  const tally: Tally = { next: 0, asked: 0, failed: 0, failedInARow: 0, fault: undefined, latenciesMs: [] };
  const checks = questions.map((question) => createCheck(question.expectation));
  const started = performance.now();
  const lane = async () => {
    while (tally.next < requests && tally.failedInARow < MAX_FAILED_IN_A_ROW && !signal.aborted) {
      const turn = tally.next++ % questions.length;
      await askOne(client, tally, questions[turn], checks[turn], options);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, requests) }, lane));
  const seconds = (performance.now() - started) / 1000;
  if (signal.aborted) return undefined;
  const { asked, failed, fault } = tally;
  return { seconds, asked, latency: summarize(tally.latenciesMs), failed, fault };
}

async function askOne(
  client: Client,
  tally: Tally,
  question: CheckedQuestion | undefined,
  check: ReturnType<typeof createCheck> | undefined,
  { signal, onAnswer }: LoopOptions,
): Promise<void> {
  if (!question || !check) return;
  const fault = await client.ask(question).then(
    ({ status, text, ms }) => {
      const found = check(status, text);
      if (found === undefined) tally.latenciesMs.push(ms);
      return found;
    },
    (error: Error) => error.message,
  );
  if (signal.aborted) return;
  tally.asked += 1;
  tally.failedInARow = fault === undefined ? 0 : tally.failedInARow + 1;
  if (fault !== undefined) {
    tally.failed += 1;
    tally.fault ??= `${question.name}: ${fault}`;
  }
  onAnswer();
}
