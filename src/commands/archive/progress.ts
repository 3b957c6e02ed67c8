import type { Clock } from '../../core/clock.js';
import { formatBytes, formatSeconds } from '../../core/sizes.js';

/** Shows how far the writing of an archive has come. */
export interface Progress {
  update(doneBytes: number): void;
  stop(): void;
}

/** Where it is shown: a terminal gets a bar, a pipe gets lines. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_FORMAT = '{bar} {percentage}% | {done} of {all} | {speed}/s | {left} left';
const REDRAW_MS = 100;
/** In a log one line is worth a few seconds. */
const LINE_MS = 5000;

/** A bar or lines with bytes, speed and time left; nothing at all for what takes less than a moment. */
export async function createProgress(
  totalBytes: number,
  stream: ProgressStream,
  clock: Clock,
): Promise<Progress> {
  const show = stream.isTTY ? await barOn(stream, totalBytes) : lineOn(stream, totalBytes);
  const intervalMs = stream.isTTY ? REDRAW_MS : LINE_MS;
  const startMs = clock.now();
  let shownMs = startMs;
  return {
    update(doneBytes) {
      const nowMs = clock.now();
      if (nowMs - shownMs < intervalMs) return;
      shownMs = nowMs;
      show.draw(doneBytes, doneBytes / ((nowMs - startMs) / 1000));
    },
    stop: () => show.stop(),
  };
}

interface Display {
  draw(doneBytes: number, bytesPerSec: number): void;
  stop(): void;
}

function lineOn(stream: ProgressStream, totalBytes: number): Display {
  return {
    draw(doneBytes, bytesPerSec) {
      const { done, all, speed, left } = facts(doneBytes, totalBytes, bytesPerSec);
      stream.write(`${done} of ${all}, ${speed}/s, ${left} left\n`);
    },
    stop() {},
  };
}

async function barOn(stream: ProgressStream, totalBytes: number): Promise<Display> {
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: BAR_FORMAT,
    stream: stream as NodeJS.WriteStream,
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    draw(doneBytes, bytesPerSec) {
      const payload = facts(doneBytes, totalBytes, bytesPerSec);
      if (started) bar.update(doneBytes, payload);
      else bar.start(totalBytes, doneBytes, payload);
      started = true;
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function facts(doneBytes: number, totalBytes: number, bytesPerSec: number): Record<string, string> {
  return {
    done: formatBytes(doneBytes),
    all: formatBytes(totalBytes),
    speed: formatBytes(Math.round(bytesPerSec)),
    left: formatSeconds((totalBytes - doneBytes) / bytesPerSec),
  };
}
