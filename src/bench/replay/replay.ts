import { setTimeout as sleep } from 'node:timers/promises';
import { serveError } from '../../core/errors.js';
import { countOf } from '../count-of.js';
import { type Facts, gatherFacts } from '../facts.js';
import type { Progress } from '../progress.js';
import { findDifference } from './difference.js';
import { dueMs, type Pace } from './pace.js';
import { type RecordingFacts, type ReplayRequest, readRecording, surveyRecording } from './recording.js';
import { createSender, type ReplayAnswer, type Sender } from './send.js';
import { createTally, type Tally, type TargetResult } from './tally.js';

/** A file of recorded requests, where to send them, and how. */
export interface ReplayDemand {
  readonly file: string;
  /** Base address. */
  readonly to: string;
  /** A second server whose answers are compared with those of the first. */
  readonly diff: string | undefined;
  readonly pace: Pace;
  /** Requests under way at a time. */
  readonly connections: number;
  readonly timeoutMs: number;
  /** How far numbers of two answers may lie apart. */
  readonly tolerance: number;
  /** Sent with every request, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether broken lines are passed over. */
  readonly skipBroken: boolean;
}

/** What came out of a replay. */
export interface Replay {
  readonly facts: Facts;
  readonly demand: ReplayDemand;
  readonly recording: RecordingFacts;
  readonly seconds: number;
  /** How late the latest request was sent because every connection was in use, ms; 0 at full speed. */
  readonly latestMs: number;
  readonly targets: readonly TargetResult[];
  /** Undefined when there was nothing to compare with. */
  readonly comparison: Comparison | undefined;
  readonly interrupted: boolean;
  /** Whether the rest was not sent because a server no longer answered. */
  readonly endedAlone: boolean;
}

export interface Comparison {
  /** Requests that at least one server answered. */
  readonly compared: number;
  readonly different: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  /** In the file, from 1. */
  readonly line: number;
  readonly method: string;
  readonly path: string;
  readonly fault: string;
}

const MAX_DIFFERENCES = 100;
const MAX_NAMED_LINES = 10;
/** Then there is nobody to answer the rest, which may be an hour of recorded distances. */
const MAX_UNANSWERED_IN_A_ROW = 100;

/**
 * Sends recorded requests again. An abort of `signal` ends it with what was answered until then. Throws REPLAY_FILE,
 * REPLAY_LINES and REPLAY_EMPTY before anything is sent, never for requests that fail.
 */
export async function replay(demand: ReplayDemand, signal: AbortSignal, progress: Progress): Promise<Replay> {
  const recording = await surveyRecording(demand.file);
  checkRecording(recording, demand);
  const facts = await gatherFacts();
  progress.begin(`${recording.requests} requests of ${demand.file}`, recording.requests);
  const urls = demand.diff === undefined ? [demand.to] : [demand.to, demand.diff];
  const senders = urls.map((url) => createSender({ ...demand, url, signal }));
  const run = new ReplayRun(demand, senders, urls.map(createTally), signal, progress);
  try {
    await run.sendAll();
  } finally {
    for (const sender of senders) sender.close();
  }
  return { facts, demand, recording, ...run.result(), interrupted: signal.aborted };
}

/** Why a replay is no success; undefined when it is one. */
export function whyFailed({ targets, comparison, endedAlone }: Replay): Error | undefined {
  const dead = targets.find(({ sent, succeeded }) => sent > 0 && succeeded === 0);
  if (dead)
    return serveError('REPLAY_FAILED', { sent: dead.sent, url: dead.url, fault: dead.fault ?? 'unknown' });
  const gone = endedAlone ? targets.find(({ unanswered }) => unanswered > 0) : undefined;
  if (gone) return serveError('REPLAY_GONE', { url: gone.url, count: MAX_UNANSWERED_IN_A_ROW });
  const [first] = comparison?.differences ?? [];
  if (!comparison || !first) return undefined;
  const { different, compared } = comparison;
  return serveError('REPLAY_DIFFERS', { different, compared, line: first.line, fault: first.fault });
}

function checkRecording(
  { broken, requests, leftOut }: RecordingFacts,
  { file, skipBroken }: ReplayDemand,
): void {
  if (broken.length > 0 && !skipBroken) {
    const named = broken.slice(0, MAX_NAMED_LINES).join(', ');
    const more = broken.length > MAX_NAMED_LINES ? ` and ${broken.length - MAX_NAMED_LINES} more` : '';
    throw serveError('REPLAY_LINES', {
      path: file,
      count: countOf(broken.length, 'broken line'),
      lines: `line ${named}${more}`,
    });
  }
  if (requests > 0) return;
  const other = broken.length > 0 ? 'every line is broken' : 'it is empty';
  const reason = leftOut > 0 ? 'the bodies were too long to be recorded' : other;
  throw serveError('REPLAY_EMPTY', { path: file, reason });
}

/** The requests of one file under way. */
class ReplayRun {
  readonly #underWay = new Set<Promise<void>>();
  readonly #differences: Difference[] = [];
  readonly #startedMs = performance.now();
  #compared = 0;
  #different = 0;
  #done = 0;
  #latestMs = 0;
  #unansweredInARow = 0;

  constructor(
    private readonly demand: ReplayDemand,
    private readonly senders: readonly Sender[],
    private readonly tallies: readonly Tally[],
    private readonly signal: AbortSignal,
    private readonly progress: Progress,
  ) {}

  async sendAll(): Promise<void> {
    let index = 0;
    let firstMs: number | undefined;
    for await (const found of readRecording(this.demand.file)) {
      if (this.signal.aborted || this.#isAlone) break;
      if (found.kind !== 'request') continue;
      firstMs ??= found.request.timeMs;
      const offsetMs = dueMs(this.demand.pace, index, found.request.timeMs - firstMs);
      index += 1;
      if (offsetMs !== undefined) await this.#waitUntil(this.#startedMs + offsetMs);
      if (this.#underWay.size >= this.demand.connections) await Promise.race(this.#underWay);
      if (this.signal.aborted) break;
      this.#begin(found.request, offsetMs === undefined ? performance.now() : this.#startedMs + offsetMs);
    }
    await Promise.all(this.#underWay);
  }

  get #isAlone(): boolean {
    return this.#unansweredInARow >= MAX_UNANSWERED_IN_A_ROW;
  }

  result(): Pick<Replay, 'seconds' | 'latestMs' | 'endedAlone' | 'targets' | 'comparison'> {
    const compared = { compared: this.#compared, different: this.#different, differences: this.#differences };
    return {
      seconds: (performance.now() - this.#startedMs) / 1000,
      latestMs: this.#latestMs,
      endedAlone: this.#isAlone,
      targets: this.tallies.map((tally) => tally.result()),
      comparison: this.senders.length > 1 ? compared : undefined,
    };
  }

  async #waitUntil(timeMs: number): Promise<void> {
    const leftMs = timeMs - performance.now();
    if (leftMs > 0) await sleep(leftMs, undefined, { signal: this.signal }).catch(() => {});
  }

  #begin(request: ReplayRequest, dueAtMs: number): void {
    this.#latestMs = Math.max(this.#latestMs, performance.now() - dueAtMs);
    const sent = this.#send(request, dueAtMs).finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
  }

  async #send(request: ReplayRequest, dueAtMs: number): Promise<void> {
    const timed = async (sender: Sender) => {
      const answer = await sender.send(request);
      return { answer, ms: performance.now() - dueAtMs };
    };
    const answers = await Promise.all(this.senders.map(timed));
    // What Ctrl-C cut off says nothing about a server.
    if (this.signal.aborted && answers.some(({ answer }) => answer.kind === 'unanswered')) return;
    const isAnswered = answers.every(({ answer }) => answer.kind === 'answered');
    this.#unansweredInARow = isAnswered ? 0 : this.#unansweredInARow + 1;
    for (const [index, { answer, ms }] of answers.entries()) this.tallies[index]?.add(answer, ms);
    const [one, other] = answers;
    if (one && other) this.#compare(request, one.answer, other.answer);
    this.#done += 1;
    this.progress.at(this.#done);
  }

  #compare({ line, method, path }: ReplayRequest, one: ReplayAnswer, other: ReplayAnswer): void {
    if (one.kind === 'unanswered' && other.kind === 'unanswered') return;
    this.#compared += 1;
    const fault = findDifference(one, other, this.demand.tolerance);
    if (fault === undefined) return;
    this.#different += 1;
    if (this.#differences.length < MAX_DIFFERENCES) this.#differences.push({ line, method, path, fault });
  }
}
