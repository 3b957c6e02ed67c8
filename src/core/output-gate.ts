import { type Clock, systemClock } from './clock.js';
import { LineSplitter } from './output.js';

export interface OutputGateOptions {
  /** Longest line that is kept whole. */
  readonly maxLineBytes: number;
  /** What may pass in the long run; at once so much as passes in `BURST_SEC`. A line counts `LINE_BYTES` more. */
  readonly bytesPerSec: number;
  readonly clock?: Clock;
  onLine(line: string): void;
}

/** Work on a line that does not depend on its length, as bytes. */
const LINE_BYTES = 128;
const BURST_SEC = 16;
/** The account is looked at behind every piece of this size. */
const PIECE_BYTES = 4096;
/** Of what is left out the end is kept: a program's last words come last. */
const TAIL_BYTES = 8192;
const SHOW_TAIL_MS = 1000;

/**
 * Cuts a program's output into lines. What comes faster than it may is left out, with a line that says how much, so
 * that a program that prints gigabytes takes neither the time of others nor the disk.
 */
export class OutputGate {
  readonly #bytesPerSec: number;
  readonly #clock: Clock;
  readonly #splitter: LineSplitter;
  readonly #onLine: (line: string) => void;
  /** Bytes that may pass; below zero while there is a debt. */
  #account: number;
  #countedAt: number;
  #leftOut = 0;
  #tail = Buffer.alloc(0);
  #stopTimer: () => void = () => {};

  constructor({ maxLineBytes, bytesPerSec, clock = systemClock, onLine }: OutputGateOptions) {
    this.#bytesPerSec = bytesPerSec;
    this.#clock = clock;
    this.#onLine = onLine;
    this.#account = bytesPerSec * BURST_SEC;
    this.#countedAt = clock.now();
    this.#splitter = new LineSplitter(maxLineBytes, (line) => {
      this.#account -= LINE_BYTES;
      onLine(line);
    });
  }

  push(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) rest = this.pushSome(rest);
  }

  /** Takes so much that others need not wait long for their turn; gives the rest. */
  pushSome(chunk: Buffer): Buffer {
    this.#refill();
    if (this.#account <= 0) {
      this.#leaveOut(chunk);
      return chunk.subarray(chunk.length);
    }
    const piece = chunk.subarray(0, PIECE_BYTES);
    this.#account -= piece.length;
    this.#splitter.push(this.#leftOut > 0 ? this.#resume(piece) : piece);
    return chunk.subarray(piece.length);
  }

  /** The stream is over. */
  end(): void {
    this.#showTail();
    this.#splitter.end();
  }

  #refill(): void {
    const now = this.#clock.now();
    const earned = ((now - this.#countedAt) / 1000) * this.#bytesPerSec;
    this.#account = Math.min(this.#account + earned, this.#bytesPerSec * BURST_SEC);
    this.#countedAt = now;
  }

  #leaveOut(bytes: Buffer): void {
    if (this.#leftOut === 0) {
      this.#splitter.end();
      this.#awaitQuiet();
    }
    this.#leftOut += bytes.length;
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
  }

  /** Says what was left out, once there is room again. */
  #awaitQuiet(): void {
    this.#stopTimer = this.#clock.after(SHOW_TAIL_MS, () => {
      this.#refill();
      if (this.#account > 0) this.#showTail();
      else this.#awaitQuiet();
    });
  }

  /** Behind what was left out the next whole line goes on. */
  #resume(piece: Buffer): Buffer {
    const lineEnd = piece.indexOf('\n');
    this.#leftOut += lineEnd + 1;
    this.#tellLeftOut();
    return piece.subarray(lineEnd + 1);
  }

  #showTail(): void {
    if (this.#leftOut === 0) return;
    const tail = this.#tail.subarray(this.#tail.indexOf('\n') + 1);
    this.#leftOut -= tail.length;
    this.#tellLeftOut();
    this.#splitter.push(tail);
  }

  #tellLeftOut(): void {
    this.#stopTimer();
    if (this.#leftOut > 0)
      this.#onLine(`… (${this.#leftOut} bytes left out: printed faster than worker_output_rate)`);
    this.#leftOut = 0;
    this.#tail = Buffer.alloc(0);
  }
}
