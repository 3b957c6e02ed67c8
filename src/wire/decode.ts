import { FRAME_TYPES, type Frame, type FrameType, PREFIX_BYTES } from './frames.js';

const TYPE_OF_BYTE = new Map<number, FrameType>(
  Object.entries(FRAME_TYPES).map(([type, byte]) => [byte, type as FrameType]),
);

/**
 * Cuts a stream of chunks into frames. Frames that lie whole in one chunk are views of it; a frame that spans chunks
 * is gathered in one buffer of its exact size, so no byte is copied twice.
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #onFrame: (frame: Frame) => void;
  /** The frame being gathered, and how many of its bytes are there. */
  #partial: Buffer | undefined;
  #filled = 0;
  /** Fewer than four bytes: the length itself is incomplete. */
  #start: Buffer = Buffer.alloc(0);

  /** `maxFrameBytes` bounds what a peer can make us allocate; a longer frame makes `push` throw. */
  constructor(maxFrameBytes: number, onFrame: (frame: Frame) => void) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#onFrame = onFrame;
  }

  /** Takes the next bytes. Throws RangeError for a frame that is too long and SyntaxError for one that is malformed. */
  push(chunk: Buffer): void {
    let rest = this.#start.length > 0 ? Buffer.concat([this.#start, chunk]) : chunk;
    this.#start = Buffer.alloc(0);
    while (rest.length > 0) rest = this.#partial ? this.#gather(this.#partial, rest) : this.#begin(rest);
  }

  #begin(bytes: Buffer): Buffer {
    if (bytes.length < 4) {
      this.#start = Buffer.from(bytes);
      return bytes.subarray(bytes.length);
    }
    const size = 4 + bytes.readUInt32BE(0);
    if (size > this.#maxFrameBytes)
      throw new RangeError(`a frame of ${size} bytes exceeds ${this.#maxFrameBytes}`);
    if (size < PREFIX_BYTES) throw new SyntaxError(`a frame of ${size} bytes is too short`);
    if (bytes.length >= size) {
      this.#onFrame(parse(bytes.subarray(0, size)));
      return bytes.subarray(size);
    }
    this.#partial = Buffer.allocUnsafe(size);
    this.#filled = bytes.copy(this.#partial);
    return bytes.subarray(bytes.length);
  }

  #gather(partial: Buffer, bytes: Buffer): Buffer {
    const taken = bytes.copy(partial, this.#filled);
    this.#filled += taken;
    if (this.#filled === partial.length) {
      this.#partial = undefined;
      this.#onFrame(parse(partial));
    }
    return bytes.subarray(taken);
  }
}

function parse(bytes: Buffer): Frame {
  const type = TYPE_OF_BYTE.get(bytes.readUInt8(4));
  if (!type) throw new SyntaxError(`unknown frame type ${bytes.readUInt8(4)}`);
  const headerEnd = PREFIX_BYTES + bytes.readUInt32BE(10);
  if (headerEnd > bytes.length) throw new SyntaxError('a frame header is longer than its frame');
  const header: unknown = JSON.parse(bytes.toString('utf8', PREFIX_BYTES, headerEnd));
  return { type, id: bytes.readUInt32BE(6), header, body: bytes.subarray(headerEnd) } as Frame;
}
