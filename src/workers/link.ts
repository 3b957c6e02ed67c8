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
      // What the frames of one chunk cause to be sent leaves in one write.
      this.#socket.cork();
      try {
        decoder.push(chunk);
      } catch (thrown) {
        fault = thrown instanceof Error ? thrown.message : String(thrown);
        this.#socket.off('data', read);
        this.#socket.destroy();
      } finally {
        this.#socket.uncork();
      }
    };
    this.#socket.on('data', read);
    this.#socket.once('close', () => listener.onClosed(fault));
    if (this.#early.length > 0) read(this.#early);
  }

  /** Sends the buffers in order; after the end of the connection they are dropped, since its listener knows. */
  write(buffers: readonly Buffer[]): void {
    const [first, ...others] = buffers;
    if (!first || !this.#socket.writable) return;
    if (others.length > 0) this.#socket.cork();
    this.#socket.write(first);
    for (const buffer of others) this.#socket.write(buffer);
    if (others.length > 0) this.#socket.uncork();
  }

  /** Closes once what was written is out. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
