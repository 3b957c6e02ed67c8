import type { Socket } from 'node:net';
import { FrameDecoder } from '../wire/decode.js';
import type { Frame } from '../wire/frames.js';

export interface LinkListener {
  onFrame(frame: Frame): void;
  /** Called once. `fault` says what was wrong with the peer's bytes; undefined when it just went. */
  onClosed(fault: string | undefined): void;
}

/** The connection to one worker that has shown its token. Frames are cut here; their meaning is the worker's. */
export class WorkerLink {
  readonly #socket: Socket;
  readonly #maxFrameBytes: number;
  /** Bytes that came right behind HELLO. */
  readonly #early: Buffer;
  #waiting: Buffer[] = [];
  readonly #flush = (): void => this.#send();

  constructor(socket: Socket, maxFrameBytes: number, early: Buffer) {
    this.#socket = socket;
    this.#maxFrameBytes = maxFrameBytes;
    this.#early = early;
  }

  /** Begins to read; called once, in the tick in which the link was handed over, so that nothing is missed. */
  listen(listener: LinkListener): void {
    const decoder = new FrameDecoder(this.#maxFrameBytes, (frame) => listener.onFrame(frame));
    let fault: string | undefined;
    const read = (chunk: Buffer): void => {
      try {
        decoder.push(chunk);
      } catch (thrown) {
        fault = thrown instanceof Error ? thrown.message : String(thrown);
        this.#socket.off('data', read);
        this.#socket.destroy();
      }
    };
    this.#socket.on('data', read);
    this.#socket.once('close', () => listener.onClosed(fault));
    if (this.#early.length > 0) read(this.#early);
  }

  /**
   * Sends the buffers in order, together with all else that is written in this tick. After the end of the connection
   * they are dropped, since its listener knows.
   */
  write(buffers: readonly Buffer[]): void {
    if (this.#waiting.length === 0) process.nextTick(this.#flush);
    for (const buffer of buffers) this.#waiting.push(buffer);
  }

  /** Closes once what was written is out. */
  end(): void {
    this.#send();
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #send(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0 || !this.#socket.writable) return;
    if (waiting.length > 1) this.#socket.cork();
    for (const buffer of waiting) this.#socket.write(buffer);
    if (waiting.length > 1) this.#socket.uncork();
  }
}
