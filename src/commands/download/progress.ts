import type { MultiBar, SingleBar } from 'cli-progress';
import type { Clock } from '../../core/clock.js';
import type { ServeError } from '../../core/errors.js';
import { formatBytes, formatSeconds } from '../../core/sizes.js';
import type { HubFile } from '../../store/hub/hub-file.js';
import type { PullPlan } from '../../store/hub/plan-pull.js';
import type { PullObserver } from '../../store/hub/pull.js';
import type { ProgressStream } from '../archive/progress.js';

export interface DownloadProgress extends Required<PullObserver> {
  stop(): void;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  readonly clock: Clock;
  /** Nothing is shown. */
  readonly silent: boolean;
}

/** What is known at a moment. */
interface Standing {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSec: number;
  readonly doneFiles: number;
  readonly totalFiles: number;
}

/** How it is shown: bars on a terminal, lines elsewhere. */
interface Display {
  started(file: HubFile, doneBytes: number): void;
  moved(file: HubFile, doneBytes: number, standing: Standing): void;
  say(line: string): void;
  finished(file: HubFile, standing: Standing): void;
  stop(standing: Standing): void;
}

/** In a log one line is worth a few seconds. */
const LINE_MS = 5000;
const REDRAW_MS = 100;
const SETTLED_SEC = 0.5;
/** The name of a file in front of its bar, and the bar. */
const WIDE = { name: 32, bar: 24 };
/** Percentage, bytes, speed and the time left, as wide as they usually are. */
const FIGURES_WIDTH = 53;
const SHORT_BAR_WIDTH = 8;
const LEAST_NAME_WIDTH = 8;

/** Shorter waits are over before anyone has read of them. */
const NOTICED_WAIT_MS = 1000;

/** What people are told when something is tried again after a wait; undefined when that is soon. */
export function waitNotice(failure: ServeError, waitMs: number): string | undefined {
  if (waitMs < NOTICED_WAIT_MS) return undefined;
  return `${failure.message} Trying again in ${formatSeconds(waitMs / 1000)}.`;
}

/** Follows a pull: one bar a file and one for all on a terminal, plain lines in a pipe, nothing when silent. */
export async function createDownloadProgress(
  plan: PullPlan,
  { stream, clock, silent }: ProgressOptions,
): Promise<DownloadProgress> {
  const missing = plan.files.filter(({ state }) => state !== 'there');
  const tally = new Tally(plan, clock);
  const display = await displayOn(silent || missing.length === 0, stream, clock, tally.standing());
  return {
    started(file, doneBytes) {
      if (tally.begin(file, doneBytes)) display.started(file, doneBytes);
    },
    moved(file, doneBytes) {
      tally.move(file, doneBytes);
      display.moved(file, doneBytes, tally.standing());
    },
    waiting(_file, failure, waitMs) {
      const notice = waitNotice(failure, waitMs);
      if (notice) display.say(notice);
    },
    finished(file) {
      if (tally.end(file)) display.finished(file, tally.standing());
    },
    stop: () => display.stop(tally.standing()),
  };
}

/** Adds up what has come. */
class Tally {
  readonly #under = new Map<HubFile, number>();
  readonly #missing: ReadonlySet<HubFile>;
  readonly #startMs: number;
  #doneBytes: number;
  #receivedBytes = 0;
  #doneFiles: number;

  constructor(
    private readonly plan: PullPlan,
    private readonly clock: Clock,
  ) {
    this.#missing = new Set(plan.files.filter(({ state }) => state !== 'there').map(({ file }) => file));
    this.#doneFiles = plan.files.length - this.#missing.size;
    this.#doneBytes = plan.totalBytes - plan.missingBytes;
    this.#startMs = clock.now();
  }

  /** False for files that were there. */
  begin(file: HubFile, doneBytes: number): boolean {
    if (!this.#missing.has(file)) return false;
    this.#under.set(file, doneBytes);
    return true;
  }

  move(file: HubFile, doneBytes: number): void {
    const change = doneBytes - (this.#under.get(file) ?? 0);
    this.#under.set(file, doneBytes);
    this.#doneBytes += change;
    this.#receivedBytes += Math.max(0, change);
  }

  end(file: HubFile): boolean {
    if (!this.#missing.has(file)) return false;
    this.#doneFiles += 1;
    return true;
  }

  standing(): Standing {
    const seconds = (this.clock.now() - this.#startMs) / 1000;
    return {
      doneBytes: this.#doneBytes,
      totalBytes: this.plan.totalBytes,
      // The first moment says nothing about the rest.
      bytesPerSec: seconds < SETTLED_SEC ? 0 : this.#receivedBytes / seconds,
      doneFiles: this.#doneFiles,
      totalFiles: this.plan.files.length,
    };
  }
}

async function displayOn(
  silent: boolean,
  stream: ProgressStream,
  clock: Clock,
  standing: Standing,
): Promise<Display> {
  if (silent) return { started() {}, moved() {}, say() {}, finished() {}, stop() {} };
  if (!stream.isTTY) return new Lines(stream, clock, standing);
  const { default: cliProgress } = await import('cli-progress');
  const widths = widthsFor(stream.columns);
  const bars = new cliProgress.MultiBar({
    format: '{name} {bar} {percentage}% | {done} of {all}{more}',
    stream: stream as NodeJS.WriteStream,
    hideCursor: true,
    clearOnComplete: true,
    barsize: widths.bar,
    fps: 1000 / REDRAW_MS,
    // Standard input is not ours to read.
    gracefulExit: false,
  });
  return new Bars(bars, widths.name, standing);
}

/** What fits into a line beside the figures, which matter more. */
function widthsFor(columns = 80): typeof WIDE {
  if (columns >= WIDE.name + WIDE.bar + FIGURES_WIDTH) return WIDE;
  return {
    name: Math.max(LEAST_NAME_WIDTH, columns - SHORT_BAR_WIDTH - FIGURES_WIDTH),
    bar: SHORT_BAR_WIDTH,
  };
}

class Lines implements Display {
  #saidMs: number;

  constructor(
    private readonly stream: ProgressStream,
    private readonly clock: Clock,
    { doneBytes, totalBytes, doneFiles, totalFiles }: Standing,
  ) {
    this.#saidMs = clock.now();
    const missing = totalFiles - doneFiles;
    const files = missing === 1 ? '1 file' : `${missing} files`;
    stream.write(`Downloading ${files}, ${formatBytes(totalBytes - doneBytes)}.\n`);
  }

  started(file: HubFile, doneBytes: number): void {
    if (doneBytes > 0) this.stream.write(`${file.path}: goes on at ${formatBytes(doneBytes)}\n`);
  }

  moved(_file: HubFile, _doneBytes: number, standing: Standing): void {
    const nowMs = this.clock.now();
    if (nowMs - this.#saidMs < LINE_MS) return;
    this.#saidMs = nowMs;
    this.stream.write(`${summary(standing)}\n`);
  }

  say(line: string): void {
    this.stream.write(`${line}\n`);
  }

  finished(file: HubFile, { doneFiles, totalFiles }: Standing): void {
    this.stream.write(`${doneFiles}/${totalFiles} ${file.path} ${formatBytes(file.sizeBytes)}\n`);
  }

  stop(): void {}
}

class Bars implements Display {
  readonly #files = new Map<HubFile, SingleBar>();
  readonly #total: SingleBar;
  #drawnMs = 0;

  constructor(
    private readonly bars: MultiBar,
    private readonly nameWidth: number,
    standing: Standing,
  ) {
    this.#total = bars.create(
      Math.max(1, standing.totalBytes),
      standing.doneBytes,
      totalPayload(standing, this.nameWidth),
    );
  }

  started(file: HubFile, doneBytes: number): void {
    this.#files.set(
      file,
      this.bars.create(Math.max(1, file.sizeBytes), doneBytes, filePayload(file, doneBytes, this.nameWidth)),
    );
    this.#keepTotalLast();
  }

  moved(file: HubFile, doneBytes: number, standing: Standing): void {
    // Bytes come far more often than eyes can follow.
    const nowMs = performance.now();
    if (nowMs - this.#drawnMs < REDRAW_MS / 4 && doneBytes < file.sizeBytes) return;
    this.#drawnMs = nowMs;
    this.#files.get(file)?.update(doneBytes, filePayload(file, doneBytes, this.nameWidth));
    this.#total.update(standing.doneBytes, totalPayload(standing, this.nameWidth));
  }

  /** Above the bars. */
  say(line: string): void {
    this.bars.log(`${line}\n`);
  }

  finished(file: HubFile, standing: Standing): void {
    const bar = this.#files.get(file);
    if (bar) this.bars.remove(bar);
    this.#files.delete(file);
    this.#total.update(standing.doneBytes, totalPayload(standing, this.nameWidth));
  }

  stop(): void {
    this.bars.stop();
  }

  /** New bars come in at the end; the sum belongs below all of them. */
  #keepTotalLast(): void {
    const { bars } = this.bars as unknown as { bars: SingleBar[] };
    const at = bars.indexOf(this.#total);
    if (at !== -1) bars.push(...bars.splice(at, 1));
  }
}

function filePayload({ path, sizeBytes }: HubFile, doneBytes: number, width: number): Record<string, string> {
  const name = path.length <= width ? path : `…${path.slice(1 - width)}`;
  return {
    name: name.padEnd(width),
    done: formatBytes(doneBytes),
    all: formatBytes(sizeBytes),
    more: '',
  };
}

function totalPayload(standing: Standing, width: number): Record<string, string> {
  const { doneBytes, totalBytes, doneFiles, totalFiles, bytesPerSec } = standing;
  const left = formatSeconds((totalBytes - doneBytes) / bytesPerSec);
  return {
    name: `${doneFiles} of ${totalFiles} files`.padEnd(width),
    done: formatBytes(doneBytes),
    all: formatBytes(totalBytes),
    more: bytesPerSec > 0 ? ` | ${formatBytes(Math.round(bytesPerSec))}/s | ${left} left` : '',
  };
}

function summary({ doneBytes, totalBytes, doneFiles, totalFiles, bytesPerSec }: Standing): string {
  const left = formatSeconds((totalBytes - doneBytes) / bytesPerSec);
  return (
    `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}, ${doneFiles} of ${totalFiles} files, ` +
    `${formatBytes(Math.round(bytesPerSec))}/s, ${left} left`
  );
}
