import type { Writable } from 'node:stream';
import { encodeFrame } from '../../wire/encode.js';
import type { FrameHeaders, FrameType } from '../../wire/frames.js';

/** Small buffers are joined up to this size: one copy is cheaper than one more entry of a gathered write. */
const JOIN_BYTES = 64 * 1024;

/** Frames on their way out. Nothing leaves before `flush`, so that frames made together leave in one write. */
export class Outbox {
  readonly #socket: Writable;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(socket: Writable) {
    this.#socket = socket;
  }

  put<Type extends FrameType>(
    type: Type,
    id: number,
    header: FrameHeaders[Type],
    bodies?: readonly Buffer[],
  ): void {
    for (const piece of encodeFrame(type, id, header, bodies)) {
      this.#waiting.push(piece);
      this.#waitingBytes += piece.length;
    }
  }

  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    const bytes = this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (waiting.length === 1 || bytes <= JOIN_BYTES) {
      this.#socket.write(waiting.length === 1 ? waiting[0] : Buffer.concat(waiting, bytes));
      return;
    }
    this.#socket.cork();
    for (const piece of waiting) this.#socket.write(piece);
    this.#socket.uncork();
  }

  /** Flushes as soon as the code that runs now has ended. */
  flushSoon(): void {
    if (this.#waiting.length > 0) setImmediate(() => this.flush());
  }

  /** Flushes, lets other events run, and waits while the other side reads too slowly. */
  async breathe(): Promise<void> {
    this.flush();
    if (!this.#socket.writableNeedDrain) {
      await new Promise((resolve) => setImmediate(resolve));
      return;
    }
    await new Promise<void>((resolve) => {
      const go = () => {
        this.#socket.off('drain', go).off('close', go);
        resolve();
      };
      this.#socket.on('drain', go).on('close', go);
    });
  }
}
