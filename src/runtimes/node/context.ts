import type { BatchHeader, LoadHeader, WireJob } from '../../wire/frames.js';
import type { Context, Metrics, SystemProperties } from './handler.js';

/** What a handler has said about one answer so far. */
interface ResponseState {
  status: number;
  phrase: string;
  headers: Record<string, string>;
}

/** RFC 9110: a name is a token, a value has no line breaks or other controls. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** TorchServe's mark of a streamed answer: `true` on every piece but the last. */
export const STREAM_HEADER = 'ts_stream_next';

/** The server says it when the header has another name than TorchServe's. */
const SEQUENCE_HEADER = process.env.TS_REQUEST_SEQUENCE_ID ?? 'ts_request_sequence_id';

/** Where pieces of streamed answers go. */
export interface PieceSink {
  put(idx: number, output: unknown): void;
  flush(): void;
}

/** The context of one worker: what it loaded, and the batch at hand. */
export class WorkerContext implements Context {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly modelYamlConfig: Readonly<Record<string, unknown>>;
  readonly systemProperties: SystemProperties;
  readonly metrics: Metrics;
  readonly cache: Map<string, unknown>;
  stoppingCriteria: Context['stoppingCriteria'];

  readonly #pieces: PieceSink;
  #jobs: readonly WireJob[] = [];
  #cancelled: ReadonlySet<number> = new Set();
  /** Made only for the answers a handler says something about: most say nothing. */
  #responses: (ResponseState | undefined)[] = [];

  constructor(
    load: LoadHeader,
    serverVersion: string,
    metrics: Metrics,
    pieces: PieceSink,
    cache = new Map<string, unknown>(),
  ) {
    this.cache = cache;
    this.modelName = load.model;
    this.modelVersion = load.version;
    this.manifest = isRecord(load.manifest) ? load.manifest : {};
    this.modelYamlConfig = load.modelConfig;
    this.systemProperties = systemProperties(load, serverVersion);
    this.metrics = metrics;
    this.#pieces = pieces;
  }

  /** Turns to the next batch. `cancelled` may grow while the batch runs. */
  begin(batch: BatchHeader, cancelled: ReadonlySet<number>): void {
    this.#jobs = batch.jobs;
    this.#cancelled = cancelled;
    this.#responses = [];
    this.stoppingCriteria = undefined;
  }

  get requestIds(): readonly string[] {
    return this.#jobs.map((job) => job.id);
  }

  getRequestId(idx = 0): string | undefined {
    return this.#jobs[idx]?.id;
  }

  getSequenceId(idx = 0): string | undefined {
    return this.getRequestHeader(idx, SEQUENCE_HEADER);
  }

  getRequestHeader(idx: number, name: string): string | undefined {
    const headers = this.#jobs[idx]?.headers;
    return headers && Object.hasOwn(headers, name) ? headers[name] : undefined;
  }

  getAllRequestHeaders(idx: number): Readonly<Record<string, string>> {
    return this.#jobs[idx]?.headers ?? {};
  }

  getRequestContentType(idx: number, part: string): string | undefined {
    return this.#jobs[idx]?.parts.findLast((each) => each.name === part)?.type;
  }

  setResponseContentType(idx: number, value: string): void {
    this.setResponseHeader(idx, 'content-type', value);
  }

  getResponseContentType(idx: number): string | undefined {
    return this.#responses[idx]?.headers['content-type'];
  }

  setResponseHeader(idx: number, name: string, value: string): void {
    const text = String(value);
    if (!HEADER_NAME.test(name)) throw new TypeError(`"${name}" cannot be the name of a header`);
    if (!HEADER_VALUE.test(text)) throw new TypeError(`header ${name} cannot hold ${JSON.stringify(text)}`);
    this.#response(idx).headers[name] = text;
  }

  getResponseHeaders(idx: number): Readonly<Record<string, string>> {
    return this.#responses[idx]?.headers ?? {};
  }

  setResponseStatus(code = 200, phrase = '', idx = 0): void {
    if (!Number.isInteger(code) || code < 200 || code > 599)
      throw new RangeError(`${code} cannot be the status of an answer`);
    const response = this.#response(idx);
    response.status = code;
    response.phrase = phrase;
  }

  setAllResponseStatus(code = 200, phrase = ''): void {
    this.#jobs.forEach((_, idx) => {
      this.setResponseStatus(code, phrase, idx);
    });
  }

  getResponseStatus(idx: number): readonly [code: number, phrase: string] {
    const response = this.#responses[idx];
    return [response?.status ?? 200, response?.phrase ?? ''];
  }

  send(output: unknown, idx = 0): void {
    this.sendPiece(output, idx);
    this.#pieces.flush();
  }

  /** Like `send`, but leaves the moment of writing to whoever sends several pieces. */
  sendPiece(output: unknown, idx: number): void {
    this.setResponseHeader(idx, STREAM_HEADER, 'true');
    this.#pieces.put(idx, output);
  }

  isCancelled(idx = 0): boolean {
    return this.#cancelled.has(idx);
  }

  /** True when nobody waits for any answer of the batch any more. */
  get abandoned(): boolean {
    return this.#cancelled.size > 0 && this.#cancelled.size >= this.#jobs.length;
  }

  #response(idx: number): ResponseState {
    if (!this.#jobs[idx]) throw new RangeError(`there is no request ${idx} in this batch`);
    this.#responses[idx] ??= { status: 200, phrase: '', headers: {} };
    return this.#responses[idx];
  }
}

function systemProperties(load: LoadHeader, serverVersion: string): SystemProperties {
  return {
    model_dir: load.directory,
    gpu_id: load.device.type === 'cpu' ? null : (load.device.index ?? 0),
    batch_size: load.batchSize,
    server_name: 'MMS',
    server_version: serverVersion,
    limit_max_image_pixels: load.limitMaxImagePixels,
    device: load.device.type,
    threads: load.threads,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
