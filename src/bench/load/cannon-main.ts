import autocannon from 'autocannon';
import { createCheck, type Expectation } from '../check.js';
import type { CheckedQuestion } from '../question.js';
import { summarize } from '../sample.js';
import type { CannonDemand, CannonOrder, CannonReport } from './cannon-messages.js';
import type { Phase } from './phase.js';

// The process that makes the load: alone on its event loop, so that the clock of each request is not held up by anything
// else. It takes one order over IPC and answers with one result.

/** Latencies kept for the quantiles, 8 bytes each; a run that answers more is summed up from the first ones. */
const MAX_LATENCIES = 8_000_000;
const PROGRESS_INTERVAL_MS = 250;
/** autocannon looks only this often whether it should end. */
const TICK_MS = 100;
/** A server that is gone would be dialled in a tight loop. */
const MAX_CONNECTION_ERRORS = 100;

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
  if (order.warmupSec > 0) await volley(order, order.warmupSec, () => {});
  const phase = await volley(order, order.durationSec, (seconds, asked) =>
    report({ kind: 'progress', seconds, asked }),
  );
  report({ kind: 'result', phase });
}

/** One run of autocannon. Its own figures are not used: latencies are whole milliseconds and its duration is rounded. */
async function volley(
  order: CannonOrder,
  durationSec: number,
  onProgress: (seconds: number, asked: number) => void,
): Promise<Phase> {
  const tally = new Tally();
  if (stopped) return tally.phase();
  const origin = new URL(order.url);
  const timer = setInterval(() => onProgress(tally.seconds(), tally.asked), PROGRESS_INTERVAL_MS);
  const options: autocannon.Options = {
    url: origin.origin,
    connections: order.connections,
    duration: durationSec,
    timeout: Math.ceil(order.timeoutMs / 1000),
    sampleInt: TICK_MS,
    bailout: MAX_CONNECTION_ERRORS,
    requests: order.questions.map((question) => toRequest(question, origin.pathname, tally)),
  };
  await new Promise<void>((resolve, reject) => {
    const run = autocannon(options, (error: Error | null) => (error ? reject(error) : resolve()));
    run.on('response', (_client, _status, _bytes, ms) => tally.arrived(ms));
    run.on('reqError', (error) => tally.fail(error.message));
    stopVolley = () => run.stop();
  }).finally(() => clearInterval(timer));
  return tally.phase();
}

function toRequest(question: CheckedQuestion, path: string, tally: Tally): autocannon.Request {
  const check = createCheck(plainExpectation(question.expectation));
  return {
    method: 'POST',
    path,
    headers: { 'content-type': question.contentType },
    body: question.body,
    onResponse: (status, body) => {
      const fault = check(status, plain(body));
      tally.checked(fault === undefined ? undefined : `${question.name}: ${fault}`);
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

class Tally {
  asked = 0;
  private failed = 0;
  private fault: string | undefined;
  private lastFault: string | undefined;
  private latenciesMs: number[] = [];
  private readonly startedMs = performance.now();
  private lastAnswerMs = this.startedMs;

  /** An answer was checked; autocannon tells its latency right after. */
  checked(fault: string | undefined): void {
    this.lastFault = fault;
    if (fault !== undefined) this.fail(fault);
  }

  arrived(ms: number): void {
    this.lastAnswerMs = performance.now();
    if (this.lastFault !== undefined) return;
    this.asked += 1;
    if (this.latenciesMs.length < MAX_LATENCIES) this.latenciesMs.push(ms);
  }

  fail(fault: string): void {
    this.asked += 1;
    this.failed += 1;
    this.fault ??= fault;
  }

  seconds(): number {
    return (performance.now() - this.startedMs) / 1000;
  }

  phase(): Phase {
    const seconds = (this.lastAnswerMs - this.startedMs) / 1000;
    return {
      seconds,
      asked: this.asked,
      latency: summarize(this.latenciesMs),
      failed: this.failed,
      fault: this.fault,
    };
  }
}

function report(message: CannonReport): void {
  process.send?.(message, () => {
    if (message.kind !== 'progress') process.disconnect();
  });
}
