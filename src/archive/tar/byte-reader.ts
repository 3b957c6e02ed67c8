/** Takes a stream of pieces apart at the places a format asks for. */
export class ByteReader {
  #left: Buffer = Buffer.alloc(0);

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** The next bytes, fewer where the stream ends. For small numbers: they are gathered in memory. */
  async take(lengthBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(lengthBytes)) pieces.push(piece);
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  }

  /** The next bytes as they come, fewer where the stream ends. */
  async *pieces(lengthBytes: number): AsyncGenerator<Buffer> {
    let missing = lengthBytes;
    while (missing > 0) {
      if (this.#left.length === 0 && !(await this.#fill())) return;
      const piece = this.#left.subarray(0, missing);
      this.#left = this.#left.subarray(piece.length);
      missing -= piece.length;
      yield piece;
    }
  }

  /** Reads to the end and forgets what it reads. */
  async drain(): Promise<void> {
    while (await this.#fill());
    this.#left = Buffer.alloc(0);
  }

  async #fill(): Promise<boolean> {
    const { value, done } = await this.source.next();
    if (done) return false;
    this.#left = value;
    return true;
  }
}
