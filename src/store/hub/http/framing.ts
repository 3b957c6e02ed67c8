import type { AnswerHead } from './head.js';

/** Takes the bytes of a body; a piece is only valid during the call. */
export type Sink = (piece: Buffer) => void;

/** Finds the end of one answer's body in the bytes of a connection. */
export interface Framing {
  /** Hands the body's part of a piece to the sink; gives how many bytes of the piece belonged to the answer. */
  take(piece: Buffer, sink: Sink): number;
  readonly done: boolean;
  /** Called when the connection has ended. Throws an Error when the body has not. */
  end(): void;
}

/** How the body behind a head is delimited. Throws an Error when the head contradicts itself. */
export function framingOf({ status, headers }: AnswerHead): Framing {
  if (status === 204 || status === 304) return lengthFraming(0);
  const coding = headers.get('transfer-encoding');
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new Error(`it sends in the unknown coding "${coding}"`);
    return new ChunkedFraming();
  }
  const length = headers.get('content-length');
  if (length === undefined) return untilClose();
  const [size = '', ...others] = length.split(', ');
  if (!/^\d{1,15}$/.test(size) || others.some((other) => other !== size))
    throw new Error(`its content-length is "${length}"`);
  return lengthFraming(Number(size));
}

function lengthFraming(sizeBytes: number): Framing {
  let left = sizeBytes;
  return {
    take(piece, sink) {
      const taken = Math.min(left, piece.length);
      left -= taken;
      if (taken > 0) sink(taken === piece.length ? piece : piece.subarray(0, taken));
      return taken;
    },
    get done() {
      return left === 0;
    },
    end() {
      if (left > 0) throw new Error(`the connection ended ${left} bytes too early`);
    },
  };
}

function untilClose(): Framing {
  let done = false;
  return {
    take(piece, sink) {
      sink(piece);
      return piece.length;
    },
    get done() {
      return done;
    },
    end() {
      done = true;
    },
  };
}

/** Longest line between two chunks, extensions and trailers included. */
const MAX_LINE_BYTES = 4096;

class ChunkedFraming implements Framing {
  /** `size` reads a chunk's size line, `data` its bytes, `gap` the line end behind them, `trailer` what follows the last. */
  #state: 'size' | 'data' | 'gap' | 'trailer' | 'done' = 'size';
  #line = '';
  #left = 0;

  get done(): boolean {
    return this.#state === 'done';
  }

  take(piece: Buffer, sink: Sink): number {
    let at = 0;
    while (at < piece.length && this.#state !== 'done')
      at += this.#state === 'data' ? this.#takeData(piece, at, sink) : this.#takeLine(piece, at);
    return at;
  }

  end(): void {
    if (this.#state !== 'done') throw new Error('the connection ended in the middle of an answer');
  }

  #takeData(piece: Buffer, at: number, sink: Sink): number {
    const taken = Math.min(this.#left, piece.length - at);
    sink(piece.subarray(at, at + taken));
    this.#left -= taken;
    if (this.#left === 0) this.#state = 'gap';
    return taken;
  }

  #takeLine(piece: Buffer, at: number): number {
    const newline = piece.indexOf(0x0a, at);
    const to = newline === -1 ? piece.length : newline + 1;
    this.#line += piece.toString('latin1', at, to);
    if (this.#line.length > MAX_LINE_BYTES) throw new Error('a chunk of its answer is malformed');
    if (newline !== -1) {
      const line = this.#line.replace(/\r?\n$/, '');
      this.#line = '';
      this.#endLine(line);
    }
    return to - at;
  }

  #endLine(line: string): void {
    if (this.#state === 'trailer') {
      if (line === '') this.#state = 'done';
      return;
    }
    if (this.#state === 'gap') {
      if (line !== '') throw new Error('a chunk of its answer is malformed');
      this.#state = 'size';
      return;
    }
    const [, size] = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
    if (size === undefined) throw new Error('a chunk of its answer is malformed');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'data';
  }
}
