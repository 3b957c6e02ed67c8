import { createCheck } from '../check.js';
import type { CheckedQuestion } from '../question.js';
import type { Client } from './client.js';
import type { Tally } from './tally.js';

export interface OpenLoopOptions {
  readonly questions: readonly CheckedQuestion[];
  /** `Infinity` sends as soon as a connection is free. */
  readonly ratePerSecond: number;
  /** Requests under way at a time, at most; the others wait, and their wait counts. */
  readonly connections: number;
  /** Ends the sending after so long; a request whose time has come until then is due. */
  readonly durationSec: number;
  /** Ends after so many requests instead. */
  readonly requests?: number | undefined;
  /** An abort ends the sending; what is under way is not counted. */
  readonly signal: AbortSignal;
}

/** When nothing is answered any more, there is no use in going on. */
const MAX_FAILED_IN_A_ROW = 100;
/** Timers of Node.js ring up to this much late; the last bit is waited for turn by turn. */
const TIMER_SLACK_MS = 1.5;

/**
 * Sends requests at times that were fixed before, whatever the server does with the ones before, and counts each latency
 * from the time it was meant to be sent: a server that stalls for a second spoils all requests of that second, not one
 * (no coordinated omission). Resolves when the last answer has come; failed requests are counted in `tally`.
 */
export async function runOpenLoop(client: Client, tally: Tally, options: OpenLoopOptions): Promise<void> {
  const { ratePerSecond, connections, signal } = options;
  const startedMs = performance.now();
  const total = options.requests ?? Math.max(1, Math.floor(ratePerSecond * options.durationSec));
  const untilMs = options.requests === undefined ? startedMs + options.durationSec * 1000 : Infinity;
  const dueMs = (index: number) => startedMs + (index * 1000) / ratePerSecond;
  const checks = options.questions.map((question) => createCheck(question.expectation));
  let [next, underWay] = [0, 0];
  /** Called when an answer has come; there is never more than one to be woken. */
  let wake = () => {};
  const answer = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const isOver = () =>
    next >= total ||
    signal.aborted ||
    tally.failedInARow >= MAX_FAILED_IN_A_ROW ||
    performance.now() >= untilMs;
  while (!isOver()) {
    if (underWay >= connections) {
      await answer();
      continue;
    }
    const waitMs = dueMs(next) - performance.now();
    if (waitMs > 0) {
      await pause(waitMs, signal);
      continue;
    }
    const turn = next % options.questions.length;
    underWay += 1;
    askOne(client, tally, options.questions[turn], checks[turn], dueMs(next), signal).finally(() => {
      underWay -= 1;
      wake();
    });
    next += 1;
  }
  while (underWay > 0) await answer();
  if (!signal.aborted && Number.isFinite(total)) tally.unsent = total - next;
}

async function askOne(
  client: Client,
  tally: Tally,
  question: CheckedQuestion | undefined,
  check: ReturnType<typeof createCheck> | undefined,
  dueMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (!question || !check) return;
  const fault = await client.ask(question).then(
    ({ status, text, reconnects }) => {
      tally.reconnects += reconnects;
      return check(status, text);
    },
    (error: Error) => error.message || String((error as NodeJS.ErrnoException).code),
  );
  if (signal.aborted) return;
  if (fault === undefined) tally.answered(performance.now() - dueMs);
  else tally.failed(fault, question.name);
}

/** Wakes up at the time or a bit before, and also when the load is ended. */
function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (waitMs <= TIMER_SLACK_MS) {
      setImmediate(resolve);
      return;
    }
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, waitMs - TIMER_SLACK_MS);
    signal.addEventListener('abort', wake);
  });
}
