import type { Socket } from 'node:net';
import { FrameDecoder } from '../wire/decode.js';
import type { Frame } from '../wire/frames.js';

export interface LinkListener {
  onFrame(frame: Frame): void;
  /** Called once. `fault` says what was wrong with the peer's bytes; undefined when it just went. */
  onClosed(fault: string | undefined): void;
}

/** So many frames leave even before the turn ends, lest the worker run dry meanwhile. */
const COMPANY = 4;

/** The connection to one worker that has shown its token. Frames are cut here; their meaning is the worker's. */
export class WorkerLink {
  readonly #socket: Socket;
  readonly #maxFrameBytes: number;
  /** Bytes that came right behind HELLO. */
  readonly #early: Buffer;
  #waiting: Buffer[] = [];
  /** Frames among `#waiting` that wait for company. */
  #patient = 0;
  /** They leave behind this tick. */
  #leaving = false;
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
   * Sends the buffers of a frame in order, together with all else that is written in this tick. A frame that `mayWait`,
   * since the worker has enough to do, waits for a few others or for the end of the event loop's turn: to be woken for each
   * costs the worker more than the frame itself. After the end of the connection all is dropped, since its listener knows.
   */
  write(buffers: readonly Buffer[], mayWait = false): void {
    if (mayWait) this.#patient += 1;
    for (const buffer of buffers) this.#waiting.push(buffer);
    if (this.#leaving) return;
    this.#leaving = !mayWait || this.#patient === COMPANY;
    if (this.#leaving) process.nextTick(this.#flush);
    else if (this.#patient === 1) setImmediate(this.#flush);
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
    this.#patient = 0;
    this.#leaving = false;
    if (waiting.length === 0 || !this.#socket.writable) return;
    if (waiting.length > 1) this.#socket.cork();
    for (const buffer of waiting) this.#socket.write(buffer);
    if (waiting.length > 1) this.#socket.uncork();
  }
}
