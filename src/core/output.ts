/** Characters that would disturb a terminal or a log file; tabs and colour codes may pass. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about.
const DISTURBING = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** Space for a line that is kept for the next one. */
const SMALL_LINE_BYTES = 16 * 1024;

/**
 * Cuts a worker's output into lines: at newlines and, for progress bars, at carriage returns. Any bytes will do: what
 * is not UTF-8 is shown as such. Of a line longer than `maxLineBytes` the rest is counted and dropped, so that memory
 * stays bounded whatever a handler prints.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #onLine: (line: string) => void;
  /** The line so far is the first `#kept` bytes. */
  #line: Buffer = Buffer.alloc(0);
  #kept = 0;
  #dropped = 0;
  /** The last byte was a carriage return: a newline that follows belongs to it. */
  #returned = false;

  constructor(maxLineBytes: number, onLine: (line: string) => void) {
    this.#maxLineBytes = maxLineBytes;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let newline = find(chunk, NEWLINE, 0);
    let back = find(chunk, RETURN, 0);
    for (let start = 0; start < chunk.length; ) {
      // Each search goes on where the last one ended, so that a chunk of nothing but breaks is still read once.
      if (newline < start) newline = find(chunk, NEWLINE, start);
      if (back < start) back = find(chunk, RETURN, start);
      const end = Math.min(newline, back);
      this.#keep(chunk.subarray(start, end));
      if (end < chunk.length) this.#break(chunk[end] === RETURN);
      start = end + 1;
    }
  }

  /** The stream is over: what is left is the last line. */
  end(): void {
    if (this.#kept > 0 || this.#dropped > 0) this.#emit();
  }

  #break(byReturn: boolean): void {
    const empty = this.#kept === 0 && this.#dropped === 0;
    // `\r\n` is one break, and a bare `\r` only rewrites a line: neither makes an empty one.
    if (!empty || !(byReturn || this.#returned)) this.#emit();
    this.#returned = byReturn;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#returned = false;
    const taken = Math.min(bytes.length, this.#maxLineBytes - this.#kept);
    this.#reserve(this.#kept + taken);
    bytes.copy(this.#line, this.#kept, 0, taken);
    this.#kept += taken;
    this.#dropped += bytes.length - taken;
  }

  /** Grows by doubling: a line that comes byte by byte is not copied for each. */
  #reserve(sizeBytes: number): void {
    if (this.#line.length >= sizeBytes) return;
    const larger = Buffer.allocUnsafe(
      Math.min(this.#maxLineBytes, Math.max(sizeBytes, 2 * this.#line.length)),
    );
    this.#line.copy(larger, 0, 0, this.#kept);
    this.#line = larger;
  }

  #emit(): void {
    const text = this.#line.toString('utf8', 0, this.#kept).replace(DISTURBING, '\ufffd');
    const rest = this.#dropped > 0 ? ` … (${this.#dropped} more bytes)` : '';
    if (this.#line.length > SMALL_LINE_BYTES) this.#line = Buffer.alloc(0);
    this.#kept = 0;
    this.#dropped = 0;
    this.#onLine(text + rest);
  }
}

/** The last lines a worker wrote, for the reason of its death. */
export class LastLines {
  readonly #limit: number;
  readonly #maxLength: number;
  #lines: string[] = [];

  /** Keeps `limit` lines, the first `maxLength` characters of each. */
  constructor(limit = 50, maxLength = 1000) {
    this.#limit = limit;
    this.#maxLength = maxLength;
  }

  add(line: string): void {
    this.#lines.push(line.slice(0, this.#maxLength));
    if (this.#lines.length >= 2 * this.#limit) this.#lines = this.#lines.slice(-this.#limit);
  }

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.#lines.slice(-this.#limit);
  }
}

/** Where the byte is, or the end of the chunk. */
function find(chunk: Buffer, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at < 0 ? chunk.length : at;
}
