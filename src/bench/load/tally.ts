import { summarize } from '../sample.js';
import { toHistogram } from '../stats/histogram.js';
import { faultKind } from './fault-kind.js';
import type { Phase, Slice } from './phase.js';

/** Latencies kept for the quantiles, 16 bytes each; a run that answers more is summed up from the first ones. */
const MAX_LATENCIES = 4_000_000;
const MAX_FAILURE_TIMES = 100_000;
/** A timeline has at most so many slices, and none shorter than this, but for one that is alone. */
const MAX_SLICES = 60;
const MIN_SLICE_SEC = 0.1;

/** Counts the answers of one phase while they come in. */
export class Tally {
  asked = 0;
  /** Failures since the last right answer. */
  failedInARow = 0;
  unsent = 0;
  reconnects = 0;
  /** The longest right answer so far. */
  longestMs = 0;
  #failed = 0;
  #fault: string | undefined;
  readonly #errors: Record<string, number> = {};
  readonly #latenciesMs: number[] = [];
  readonly #answeredSec: number[] = [];
  readonly #failedSec: number[] = [];
  readonly #startedMs = performance.now();
  #lastAnswerMs = this.#startedMs;

  /** A right answer came after so long. */
  answered(ms: number): void {
    this.#lastAnswerMs = performance.now();
    this.asked += 1;
    this.failedInARow = 0;
    this.longestMs = Math.max(this.longestMs, ms);
    if (this.#latenciesMs.length >= MAX_LATENCIES) return;
    this.#latenciesMs.push(ms);
    this.#answeredSec.push(this.seconds());
  }

  /** A request failed, or its answer was wrong. `fault` says why, `name` which question it was. */
  failed(fault: string, name?: string): void {
    this.#lastAnswerMs = performance.now();
    this.asked += 1;
    this.failedInARow += 1;
    this.#failed += 1;
    this.#fault ??= name === undefined ? fault : `${name}: ${fault}`;
    const kind = faultKind(fault);
    this.#errors[kind] = (this.#errors[kind] ?? 0) + 1;
    if (this.#failedSec.length < MAX_FAILURE_TIMES) this.#failedSec.push(this.seconds());
  }

  /** Since the phase began. */
  seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }

  /** What came out, from the first request to the last answer. */
  phase(): Phase {
    const seconds = (this.#lastAnswerMs - this.#startedMs) / 1000;
    return {
      seconds,
      asked: this.asked,
      latency: summarize(this.#latenciesMs),
      failed: this.#failed,
      fault: this.#fault,
      errors: { ...this.#errors },
      histogram: toHistogram(this.#latenciesMs),
      timeline: this.#timeline(seconds),
      unsent: this.unsent,
      reconnects: this.reconnects,
    };
  }

  #timeline(seconds: number): readonly Slice[] {
    if (this.asked === 0 || seconds === 0) return [];
    const length = Math.max(MIN_SLICE_SEC, seconds / MAX_SLICES);
    // What remains joins the last one: one answer in a millisecond would pass for a thousand a second.
    const count = Math.max(1, Math.floor(seconds / length));
    const place = (sec: number) => Math.min(count - 1, Math.floor(sec / length));
    const latencies: number[][] = Array.from({ length: count }, () => []);
    const failures = Array.from({ length: count }, () => 0);
    this.#answeredSec.forEach((sec, index) => {
      latencies[place(sec)]?.push(this.#latenciesMs[index] ?? 0);
    });
    for (const sec of this.#failedSec) failures[place(sec)] = (failures[place(sec)] ?? 0) + 1;
    return latencies.map((found, index) => {
      const { p50Ms, p99Ms } = summarize(found);
      const fromSec = index * length;
      const part = index < count - 1 ? length : seconds - fromSec;
      return {
        fromSec,
        seconds: part,
        answered: found.length,
        failed: failures[index] ?? 0,
        p50Ms,
        p99Ms,
      };
    });
  }
}
