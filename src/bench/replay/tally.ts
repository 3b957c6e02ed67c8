import { type Summary, summarize } from '../sample.js';
import type { ReplayAnswer } from './send.js';

/** What one server made of the requests. */
export interface TargetResult {
  readonly url: string;
  readonly sent: number;
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly unanswered: number;
  /** Answers with a status below 400. */
  readonly succeeded: number;
  /** Why the first request without success had none. */
  readonly fault: string | undefined;
  /** Of those that succeeded, from when they were due. */
  readonly latency: Summary;
}

/** Counts the answers of one server. */
export interface Tally {
  add(answer: ReplayAnswer, ms: number): void;
  result(): TargetResult;
}

/** Latencies kept for the quantiles, 8 bytes each. */
const MAX_LATENCIES = 4_000_000;
const MAX_QUOTED = 120;

export function createTally(url: string): Tally {
  const statuses = new Map<number, number>();
  const latenciesMs: number[] = [];
  let sent = 0;
  let unanswered = 0;
  let succeeded = 0;
  let fault: string | undefined;
  return {
    add(answer, ms) {
      sent += 1;
      if (answer.kind === 'unanswered') {
        unanswered += 1;
        fault ??= answer.reason;
        return;
      }
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer.status >= 400) {
        fault ??= `status ${answer.status}: ${quote(answer.body)}`;
        return;
      }
      succeeded += 1;
      if (latenciesMs.length < MAX_LATENCIES) latenciesMs.push(ms);
    },
    result: () => ({
      url,
      sent,
      statuses: Object.fromEntries(statuses),
      unanswered,
      succeeded,
      fault,
      latency: summarize(latenciesMs),
    }),
  };
}

function quote(body: Buffer): string {
  const text = body
    .subarray(0, MAX_QUOTED * 4)
    .toString()
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text || 'empty';
}
