import { joined, joinIfSmall } from '../core/pieces.js';
import { FRAME_TYPES, type Frame, type FrameType, PREFIX_BYTES } from './frames.js';
import { type Gathering, GatherPieces, GatherWhole } from './gather.js';

const TYPE_OF_BYTE = new Map<number, FrameType>(
  Object.entries(FRAME_TYPES).map(([type, byte]) => [byte, type as FrameType]),
);

const NOTHING = Buffer.alloc(0);

/**
 * Cuts a stream of chunks into frames. Frames that lie whole in one chunk are views of it; the bytes of one that spans
 * chunks are kept as they came, or copied once into one buffer of the exact size (`whole`).
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  readonly #onFrame: (frame: Frame) => void;
  readonly #Gather: new (
    sizeBytes: number,
  ) => Gathering;
  /** The frame that is on its way. */
  #partial: Gathering | undefined;
  /** Fewer than four bytes: the length itself is incomplete. */
  #start = NOTHING;

  /** `maxFrameBytes` bounds what a peer can make us allocate; a longer frame makes `push` throw. */
  constructor(maxFrameBytes: number, onFrame: (frame: Frame) => void, gather: 'pieces' | 'whole' = 'pieces') {
    this.#maxFrameBytes = maxFrameBytes;
    this.#onFrame = onFrame;
    this.#Gather = gather === 'whole' ? GatherWhole : GatherPieces;
  }

  /** Takes the next bytes. Throws RangeError for a frame that is too long and SyntaxError for one that is malformed. */
  push(chunk: Buffer): void {
    let rest = this.#start.length > 0 ? Buffer.concat([this.#start, chunk]) : chunk;
    this.#start = NOTHING;
    while (rest.length > 0) rest = this.#partial ? this.#gather(this.#partial, rest) : this.#begin(rest);
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
      this.#onFrame(parse([bytes.subarray(0, size)]));
      return bytes.subarray(size);
    }
    this.#partial = new this.#Gather(size);
    this.#partial.take(bytes);
    return NOTHING;
  }

  #gather(partial: Gathering, bytes: Buffer): Buffer {
    const taken = partial.take(bytes);
    if (partial.pieces) {
      this.#partial = undefined;
      this.#onFrame(parse(partial.pieces));
    }
    return bytes.subarray(taken);
  }
}

function parse(pieces: readonly Buffer[]): Frame {
  const [start = NOTHING] = pieces;
  if (pieces.length > 1 && !holdsHeader(start)) return parse([joined(pieces)]);
  const type = TYPE_OF_BYTE.get(start.readUInt8(4));
  if (!type) throw new SyntaxError(`unknown frame type ${start.readUInt8(4)}`);
  const headerEnd = PREFIX_BYTES + start.readUInt32BE(10);
  if (headerEnd > start.length) throw new SyntaxError('a frame header is longer than its frame');
  const header: unknown = JSON.parse(start.toString('utf8', PREFIX_BYTES, headerEnd));
  const first = start.subarray(headerEnd);
  const body = pieces.length === 1 ? [first] : joinIfSmall([first, ...pieces.slice(1)]);
  return { type, id: start.readUInt32BE(6), header, body } as Frame;
}

function holdsHeader(start: Buffer): boolean {
  return start.length >= PREFIX_BYTES && start.length >= PREFIX_BYTES + start.readUInt32BE(10);
}
