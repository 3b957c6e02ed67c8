import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  write as writeBytes,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { serveError } from '../core/errors.js';

export interface LineFileOptions {
  readonly path: string;
  /** Size at which the file is put aside as `<path>.1`, bytes. */
  readonly maxBytes: number;
  /** How many put aside are kept. */
  readonly filesKept: number;
  /** Text that may wait for the disk, bytes; lines beyond are dropped. */
  readonly bufferBytes: number;
  /** Told once when lines begin to be lost, and again only after writing has worked in between. */
  readonly onTrouble: (message: string) => void;
}

const FLUSH_DELAY_MS = 50;
const CHUNK_BYTES = 65_536;
/** UTF-8 needs at most so many bytes for one unit of a string. */
const UNIT_BYTES = 3;
const LINE_BREAK = 10;
const NOTHING = Buffer.alloc(0);

/**
 * A file that lines are appended to in the background, put aside when it is too large. `write` only collects bytes; it
 * never throws and never waits, also when the disk is full: the lines are then lost, and `onTrouble` says so. Bytes, since
 * several lines are written for every request, and strings that wait are work for the garbage collector.
 *
 * Not sonic-boom: it measures its whole buffer again for every line, and its synchronous flush never returns while the
 * disk is full.
 */
export class LineFile {
  readonly #options: LineFileOptions;
  #fd: number;
  #sizeBytes: number;
  /** What waits: full chunks, and the chunk into which lines are encoded. */
  #full: Buffer[] = [];
  #chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #filled = 0;
  /** A chunk that was written and can be filled again. */
  #spare: Buffer | undefined;
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing = false;
  #troubled = false;
  #closed = false;
  #onIdle: (() => void) | undefined;

  /** Opens (and makes, with its folder) the file. Throws LOG_FOLDER. */
  constructor(options: LineFileOptions) {
    this.#options = options;
    try {
      mkdirSync(dirname(options.path), { recursive: true });
      this.#fd = openSync(options.path, 'a');
      this.#sizeBytes = fstatSync(this.#fd).size;
    } catch (error) {
      const facts = { path: dirname(options.path), reason: reasonOf(error) };
      throw serveError('LOG_FOLDER', facts, { cause: error });
    }
  }

  /** Adds one line; the line break is added here. */
  write(line: string): void {
    if (this.#closed) return;
    if (this.#waitingBytes + line.length + 1 > this.#options.bufferBytes) {
      this.#trouble('the disk is too slow');
      return;
    }
    const mostBytes = line.length * UNIT_BYTES + 1;
    if (this.#filled + mostBytes > CHUNK_BYTES) this.#turn();
    if (mostBytes > CHUNK_BYTES) this.#append(Buffer.from(`${line}\n`));
    else this.#encode(line);
    if (this.#writing) return;
    if (this.#full.length > 0) this.#drain();
    else this.#timer ??= setTimeout(() => this.#drain(), FLUSH_DELAY_MS);
  }

  /** Writes what waits before it returns. */
  flush(): void {
    const bytes = this.#take();
    if (bytes.length === 0) return;
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written);
      this.#written(bytes.length);
    } catch (error) {
      this.#trouble(reasonOf(error));
    }
  }

  /** Writes what waits and closes the file; lines that come later are ignored. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#writing) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.flush();
    closeSync(this.#fd);
  }

  #encode(line: string): void {
    const before = this.#filled;
    this.#filled += this.#chunk.write(line, before);
    this.#filled = this.#chunk.writeUInt8(LINE_BREAK, this.#filled);
    this.#waitingBytes += this.#filled - before;
  }

  #append(bytes: Buffer): void {
    this.#full.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** Puts what the chunk holds to the full ones, and takes another. */
  #turn(): void {
    if (this.#filled === 0) return;
    this.#full.push(this.#chunk.subarray(0, this.#filled));
    this.#chunk = this.#spare ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#spare = undefined;
    this.#filled = 0;
  }

  #take(): Buffer {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn();
    const [first = NOTHING, ...others] = this.#full;
    const bytes = others.length === 0 ? first : Buffer.concat([first, ...others]);
    this.#full = [];
    this.#waitingBytes = 0;
    if (bytes.length > 0 && this.#sizeBytes > 0 && this.#sizeBytes + bytes.length > this.#options.maxBytes)
      this.#putAside();
    return bytes;
  }

  #drain(): void {
    const bytes = this.#take();
    this.#writing = true;
    this.#writeRest(bytes, 0);
  }

  #writeRest(bytes: Buffer, from: number): void {
    writeBytes(this.#fd, bytes, from, bytes.length - from, null, (error, count) => {
      if (error) this.#trouble(reasonOf(error));
      else if (from + count < bytes.length) return this.#writeRest(bytes, from + count);
      else this.#written(bytes.length);
      this.#writing = false;
      if (bytes.buffer.byteLength === CHUNK_BYTES) this.#spare = Buffer.from(bytes.buffer);
      if (this.#onIdle) this.#onIdle();
      else if (this.#waitingBytes > 0) this.#timer ??= setTimeout(() => this.#drain(), FLUSH_DELAY_MS);
    });
  }

  #written(bytes: number): void {
    this.#sizeBytes += bytes;
    this.#troubled = false;
  }

  /** `x.log` → `x.log.1` → `x.log.2` …; the oldest goes. Only between two writes, so no line is torn. */
  #putAside(): void {
    const { path, filesKept } = this.#options;
    if (this.#writing) return;
    this.#sizeBytes = 0;
    try {
      rmSync(filesKept > 0 ? `${path}.${filesKept}` : path, { force: true });
      for (let number = filesKept - 1; number >= 1; number--)
        renameIfThere(`${path}.${number}`, `${path}.${number + 1}`);
      if (filesKept > 0) renameIfThere(path, `${path}.1`);
      const fd = openSync(path, 'a');
      closeSync(this.#fd);
      this.#fd = fd;
    } catch (error) {
      this.#trouble(`it cannot be put aside (${reasonOf(error)})`);
    }
  }

  #trouble(reason: string): void {
    if (this.#troubled) return;
    this.#troubled = true;
    this.#options.onTrouble(`Lines of ${this.#options.path} are lost: ${reason}.`);
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
