import { type FileHandle, open } from 'node:fs/promises';

/** What a message holds: field number → the kind of message in it. Other fields are skipped, weights unread. */
type Fields = Readonly<Record<number, Kind>>;
type Kind = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function' | 'entry';

/** The paths of ONNX's protobuf schema (onnx.proto, Apache-2.0) that lead to `TensorProto.external_data`. */
const MESSAGES: Readonly<Record<Exclude<Kind, 'entry'>, Fields>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
};
const WINDOW_BYTES = 64 * 1024;
const MAX_ENTRY_BYTES = 64 * 1024;
const MAX_DEPTH = 64;

/**
 * The files an ONNX model keeps weights in, relative to the model file, sorted. The weights themselves are skipped, so
 * this takes milliseconds for models of any size. What is no ONNX model has none: that is for the runtime to say.
 */
export async function externalDataFiles(path: string): Promise<string[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const walk = new Walk(file, size);
    await walk.message('model', 0, size, 0);
    return [...walk.locations].sort();
  } finally {
    await file.close();
  }
}

class Walk {
  readonly locations = new Set<string>();
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly sizeBytes: number,
  ) {}

  /** Walks one message; gives false where the bytes are no protobuf. */
  async message(kind: Exclude<Kind, 'entry'>, start: number, end: number, depth: number): Promise<boolean> {
    let at = start;
    while (at < end) {
      const tag = await this.#varint(at);
      if (!tag) return false;
      const field = await this.#field(tag.value & 7, tag.next, end);
      if (!field) return false;
      const below = MESSAGES[kind][tag.value >>> 3];
      if (below === 'entry') await this.#entry(field.start, field.end);
      else if (below && (tag.value & 7) === 2 && depth < MAX_DEPTH) {
        if (!(await this.message(below, field.start, field.end, depth + 1))) return false;
      }
      at = field.end;
    }
    return true;
  }

  /** Where a field's content lies, by its wire type. */
  async #field(
    wireType: number,
    at: number,
    limit: number,
  ): Promise<{ start: number; end: number } | undefined> {
    const within = (start: number, end: number) => (end <= limit ? { start, end } : undefined);
    if (wireType === 1) return within(at, at + 8);
    if (wireType === 5) return within(at, at + 4);
    const number = await this.#varint(at);
    if (!number) return undefined;
    if (wireType === 0) return within(at, number.next);
    return wireType === 2 ? within(number.next, number.next + number.value) : undefined;
  }

  /** A StringStringEntryProto: key in field 1, value in field 2. */
  async #entry(start: number, end: number): Promise<void> {
    if (end - start > MAX_ENTRY_BYTES) return;
    const texts = new Map<number, string>();
    let at = start;
    while (at < end) {
      const tag = await this.#varint(at);
      const field = tag && (await this.#field(tag.value & 7, tag.next, end));
      if (!field) return;
      texts.set(tag.value >>> 3, (await this.#bytes(field.start, field.end - field.start)).toString('utf8'));
      at = field.end;
    }
    const location = texts.get(2);
    if (texts.get(1) === 'location' && location) this.locations.add(location);
  }

  async #varint(at: number): Promise<{ value: number; next: number } | undefined> {
    const bytes = await this.#bytes(at, 10);
    let value = 0;
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return { value, next: at + index + 1 };
    }
    return undefined;
  }

  /** Bytes from the window over the file, moved when they lie outside of it. */
  async #bytes(at: number, lengthBytes: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(lengthBytes, this.sizeBytes - at));
    if (at < this.#windowAt || at + wanted > this.#windowAt + this.#window.length) {
      const window = Buffer.alloc(Math.max(WINDOW_BYTES, wanted));
      const { bytesRead } = await this.file.read(window, 0, window.length, at);
      this.#window = window.subarray(0, bytesRead);
      this.#windowAt = at;
    }
    return this.#window.subarray(at - this.#windowAt, at - this.#windowAt + wanted);
  }
}
