import { FRAME_TYPES, type Frame, type FrameType, PREFIX_BYTES } from './frames.js';

const TYPE_OF_BYTE = new Map<number, FrameType>(
  Object.entries(FRAME_TYPES).map(([type, byte]) => [byte, type as FrameType]),
);

const NOTHING = Buffer.alloc(0);
/** Read at a time while no long frame is on its way; what Node itself would read. */
const SCRATCH_BYTES = 64 * 1024;
/** A frame that misses less is read like others, together with what follows it. */
const STRAIGHT_FROM_BYTES = 4 * 1024;

/** A frame that is on its way. */
interface Begun {
  /** As long as the frame. */
  readonly bytes: Buffer;
  /** So many of them are there. */
  filled: number;
}

/**
 * Cuts a stream into frames. Each lies in memory of its own and may be kept; the bytes that are handed in may be written
 * over after the call. A connection that reads to `room` gets long frames, but for their beginning, uncopied.
 */
export class FrameDecoder {
  #maxFrameBytes: number;
  readonly #onFrame: (frame: Frame) => void;
  /** Made when it is first read to. */
  #scratch: Buffer | undefined;
  #begun: Begun | undefined;
  /** `room` was the rest of a frame. */
  #straight = false;
  /** Fewer than four bytes: the length itself is incomplete. */
  #start = NOTHING;

  /** `maxFrameBytes` bounds what a peer can make us allocate; a longer frame makes `push` throw. */
  constructor(maxFrameBytes: number, onFrame: (frame: Frame) => void) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#onFrame = onFrame;
  }

  /** Goes for frames that begin from now on. */
  set maxFrameBytes(bytes: number) {
    this.#maxFrameBytes = bytes;
  }

  /** Where the next bytes are to be read to; `landed` tells how many there are. */
  room(): Buffer {
    const begun = this.#begun;
    this.#straight = begun !== undefined && begun.bytes.length - begun.filled >= STRAIGHT_FROM_BYTES;
    if (begun && this.#straight) return begun.bytes.subarray(begun.filled);
    this.#scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    return this.#scratch;
  }

  /** So many bytes were read to `room`. Throws as `push` does. */
  landed(count: number): void {
    if (this.#begun && this.#straight) this.#grown(this.#begun, count);
    else if (this.#scratch) this.push(this.#scratch.subarray(0, count));
  }

  /** Takes the next bytes. Throws RangeError for a frame that is too long and SyntaxError for one that is malformed. */
  push(bytes: Buffer): void {
    let rest = this.#start.length > 0 ? Buffer.concat([this.#start, bytes]) : bytes;
    this.#start = NOTHING;
    while (rest.length > 0) rest = this.#begun ? this.#goOn(this.#begun, rest) : this.#begin(rest);
  }

  #begin(bytes: Buffer): Buffer {
    if (bytes.length < 4) {
      this.#start = Buffer.from(bytes);
      return NOTHING;
    }
    const size = 4 + bytes.readUInt32BE(0);
    if (size > this.#maxFrameBytes)
      throw new RangeError(`a frame of ${size} bytes exceeds ${this.#maxFrameBytes}`);
    if (size < PREFIX_BYTES) throw new SyntaxError(`a frame of ${size} bytes is too short`);
    if (bytes.length >= size) {
      this.#onFrame(parse(Buffer.from(bytes.subarray(0, size))));
      return bytes.subarray(size);
    }
    this.#begun = { bytes: Buffer.allocUnsafe(size), filled: bytes.length };
    bytes.copy(this.#begun.bytes);
    return NOTHING;
  }

  #goOn(begun: Begun, bytes: Buffer): Buffer {
    const taken = bytes.copy(begun.bytes, begun.filled);
    this.#grown(begun, taken);
    return bytes.subarray(taken);
  }

  #grown(begun: Begun, count: number): void {
    begun.filled += count;
    if (begun.filled < begun.bytes.length) return;
    this.#begun = undefined;
    this.#onFrame(parse(begun.bytes));
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
