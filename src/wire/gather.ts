/** Collects the bytes of one frame that comes in several chunks. */
export interface Gathering {
  /** Takes what belongs to the frame off the front of a chunk; returns how many bytes that was. */
  take(chunk: Buffer): number;
  /** The frame, once all of it is there. */
  readonly pieces: readonly Buffer[] | undefined;
}

/** Copies the chunks into one buffer of the right size: for those who need the bytes in one. */
export class GatherWhole implements Gathering {
  readonly #bytes: Buffer;
  #filled = 0;

  constructor(sizeBytes: number) {
    this.#bytes = Buffer.allocUnsafe(sizeBytes);
  }

  take(chunk: Buffer): number {
    const taken = chunk.copy(this.#bytes, this.#filled);
    this.#filled += taken;
    return taken;
  }

  get pieces(): readonly Buffer[] | undefined {
    return this.#filled === this.#bytes.length ? [this.#bytes] : undefined;
  }
}

/** Keeps the chunks as they come: for those who only hand them on. */
export class GatherPieces implements Gathering {
  readonly #pieces: Buffer[] = [];
  #missing: number;

  constructor(sizeBytes: number) {
    this.#missing = sizeBytes;
  }

  take(chunk: Buffer): number {
    const taken = Math.min(this.#missing, chunk.length);
    this.#pieces.push(taken === chunk.length ? chunk : chunk.subarray(0, taken));
    this.#missing -= taken;
    return taken;
  }

  get pieces(): readonly Buffer[] | undefined {
    return this.#missing === 0 ? this.#pieces : undefined;
  }
}
