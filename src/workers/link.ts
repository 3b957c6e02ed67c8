import type { Socket } from 'node:net';
import { FrameDecoder } from '../wire/decode.js';
import type { Frame } from '../wire/frames.js';
import { readInto } from './read-into.js';

export interface LinkListener {
  onFrame(frame: Frame): void;
  /** Called once. `fault` says what was wrong with the peer's bytes; undefined when it just went. */
  onClosed(fault: string | undefined): void;
}

/** So many frames leave even before the turn ends, lest the worker run dry meanwhile. */
const COMPANY = 4;

/** The connection to one worker. Frames are cut here; their meaning is the listener's. */
export class WorkerLink {
  readonly #socket: Socket;
  readonly #decoder: FrameDecoder;
  #listener: LinkListener;
  /** What was wrong with the peer's bytes. */
  #fault: string | undefined;
  #waiting: Buffer[] = [];
  /** Frames among `#waiting` that wait for company. */
  #patient = 0;
  /** They leave behind this tick. */
  #leaving = false;
  readonly #flush = (): void => this.#send();

  /** Takes over a connection that was accepted with `pauseOnConnect`. */
  constructor(accepted: Socket, maxFrameBytes: number, listener: LinkListener) {
    this.#listener = listener;
    this.#decoder = new FrameDecoder(maxFrameBytes, (frame) => this.#listener.onFrame(frame));
    this.#socket = readInto(accepted, {
      buffer: () => this.#decoder.room(),
      callback: (count) => this.#landed(count),
    });
    this.#socket.setNoDelay(true);
    // Its 'close' follows and is what counts.
    this.#socket.on('error', () => {});
    this.#socket.once('close', () => this.#listener.onClosed(this.#fault));
  }

  /** From now on, and from the next frame even of those that came together, another one listens. */
  listen(listener: LinkListener): void {
    this.#listener = listener;
  }

  /** Longest frame that may come from now on. */
  set maxFrameBytes(bytes: number) {
    this.#decoder.maxFrameBytes = bytes;
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

  /** Calls back once the connection is over, whoever listens then. */
  onceGone(act: () => void): void {
    this.#socket.once('close', act);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #landed(count: number): boolean {
    try {
      this.#decoder.landed(count);
    } catch (thrown) {
      this.#fault = thrown instanceof Error ? thrown.message : String(thrown);
      this.#socket.destroy();
    }
    return true;
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
