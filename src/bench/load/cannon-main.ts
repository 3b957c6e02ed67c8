import autocannon from 'autocannon';
import { createCheck, type Expectation } from '../check.js';
import type { CheckedQuestion } from '../question.js';
import type { CannonDemand, CannonOrder, CannonReport } from './cannon-messages.js';
import { createClient } from './client.js';
import { runOpenLoop } from './open-loop.js';
import type { Phase } from './phase.js';
import { accountForLost } from './reconnect.js';
import { Tally } from './tally.js';
import { Waiting } from './waiting.js';

// The process that makes the load: alone on its event loop, so that the clock of each request is not held up by anything
// else. It takes one order over IPC and answers with one result.

const PROGRESS_INTERVAL_MS = 250;
/** autocannon looks only this often whether it should end. */
const TICK_MS = 100;
/** When nothing is answered any more, there is no use in going on; a server that is gone would be dialled in a tight loop. */
const MAX_FAILED_IN_A_ROW = 100;

process.once('disconnect', () => process.exit());
// Ctrl-C reaches every process of the terminal; the parent decides what happens.
process.on('SIGINT', () => {});
let stopped = false;
let stopVolley: (() => void) | undefined;
process.on('message', (demand: CannonDemand) => {
  if (demand.kind === 'stop') {
    stopped = true;
    stopVolley?.();
  } else fire(demand.order).catch((error: Error) => report({ kind: 'failed', reason: error.message }));
});

async function fire(order: CannonOrder): Promise<void> {
  const { warmupSec } = order;
  if (warmupSec > 0)
    await volley({ ...order, durationSec: warmupSec, requests: undefined }, new Tally(), () => {});
  const tally = new Tally();
  const phase = await volley(order, tally, () =>
    report({ kind: 'progress', seconds: tally.seconds(), asked: tally.asked }),
  );
  report({ kind: 'result', phase });
}

async function volley(order: CannonOrder, tally: Tally, onProgress: () => void): Promise<Phase> {
  if (stopped) return tally.phase();
  const timer = setInterval(onProgress, PROGRESS_INTERVAL_MS);
  const run = order.ratePerSecond === undefined ? closedLoop : openLoop;
  await run(order, order.ratePerSecond ?? 0, tally).finally(() => clearInterval(timer));
  return tally.phase();
}

async function openLoop(order: CannonOrder, ratePerSecond: number, tally: Tally): Promise<void> {
  const end = new AbortController();
  stopVolley = () => end.abort();
  // The client has a socket to spare, for one that ends while the next request is sent.
  const client = createClient({ ...order, connections: order.connections + 1, signal: end.signal });
  await runOpenLoop(client, tally, { ...order, ratePerSecond, signal: end.signal });
  client.close();
}

/** One run of autocannon. Its own figures are not used: latencies are whole milliseconds and its duration is rounded. */
async function closedLoop(order: CannonOrder, _rate: number, tally: Tally): Promise<void> {
  const origin = new URL(order.url);
  const answers = new Answers(tally);
  const waiting = new Waiting();
  const endIfHopeless = () => {
    if (tally.failedInARow >= MAX_FAILED_IN_A_ROW) stopVolley?.();
  };
  const lost = {
    failed: (fault: string) => {
      tally.failed(fault);
      endIfHopeless();
    },
    sentAgain: () => {
      tally.reconnects += 1;
    },
  };
  const options: autocannon.Options = {
    url: origin.origin,
    connections: order.connections,
    ...(order.requests === undefined ? { duration: order.durationSec } : { amount: order.requests }),
    timeout: Math.ceil(order.timeoutMs / 1000),
    sampleInt: TICK_MS,
    setupClient: (client) => accountForLost(client, lost),
    requests: order.questions.map((question) => toRequest(question, origin.pathname, answers)),
  };
  await new Promise<void>((resolve, reject) => {
    const run = autocannon(options, (error: Error | null) => (error ? reject(error) : resolve()));
    run.on('response', (client, _status, _bytes, ms) => {
      answers.arrived(ms);
      waiting.answered(client);
      endIfHopeless();
    });
    stopVolley = () => run.stop();
  });
  // Of a number of requests each is waited for, and what failed already tells enough.
  if (order.requests !== undefined || tally.failedInARow > 0 || (stopped && tally.asked === 0)) return;
  for (const seconds of waiting.forgotten(order.connections, tally.longestMs))
    tally.failed(`no answer within ${seconds.toFixed(1)} s, when the load ended`);
}

function toRequest(question: CheckedQuestion, path: string, answers: Answers): autocannon.Request {
  const check = createCheck(plainExpectation(question.expectation));
  return {
    method: 'POST',
    path,
    headers: { 'content-type': question.contentType },
    body: question.body,
    onResponse: (status, body) => {
      const fault = check(status, plain(body));
      answers.checked(fault, question.name);
    },
  };
}

/**
 * autocannon turns each chunk of an answer into text by itself, which spoils letters that lie across two chunks. ASCII is
 * never spoiled, so answers are compared without the rest; the first answer was checked whole before.
 */
function plain(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : text.replace(/[^\0-\x7f]/g, '');
}

function plainExpectation(expectation: Expectation): Expectation {
  return expectation.kind === 'label'
    ? { ...expectation, label: plain(expectation.label) }
    : { ...expectation, text: plain(expectation.text) };
}

/** autocannon tells an answer in two steps: first its text, right after that its latency. */
class Answers {
  #lastWasRight = false;
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  checked(fault: string | undefined, name: string): void {
    this.#lastWasRight = fault === undefined;
    if (fault !== undefined) this.#tally.failed(fault, name);
  }

  arrived(ms: number): void {
    if (this.#lastWasRight) this.#tally.answered(ms);
  }
}

function report(message: CannonReport): void {
  process.send?.(message, () => {
    if (message.kind !== 'progress') process.disconnect();
  });
}
