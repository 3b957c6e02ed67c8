export { PredictionException } from './prediction-exception.js';

/** What a part of a request is for a handler: parsed JSON, a string for `text/*`, else the bytes as they came. */
export type PartValue = unknown;

/** One request of the batch: part name → value. A body without a form is the part `body`. */
export type RequestData = Readonly<Record<string, PartValue>>;

/**
 * One answer per request of the batch, in order. Bytes are sent as they are, strings as UTF-8, anything else as JSON; a
 * PredictionException as an item fails its own request only.
 */
export type Outputs = readonly unknown[];

type MaybePromise<Value> = Value | Promise<Value>;

/**
 * The user's code. Either `handle` does everything, or the steps do: `preprocess` → `inference` → `postprocess`, where
 * a missing step hands on what it got. `initialize` runs once, when the worker loads the model.
 *
 * @example
 * export default class implements Handler {
 *   handle(data: readonly RequestData[]) {
 *     return data.map((request) => `${String(request.body)}!`);
 *   }
 * }
 */
export interface Handler<Prepared = unknown, Inferred = unknown> {
  initialize?(context: Context): MaybePromise<void>;
  /** An async generator streams: every list it yields is a piece for each request, what it returns is the last. */
  handle?(data: readonly RequestData[], context: Context): MaybePromise<Outputs> | AsyncIterable<Outputs>;
  preprocess?(data: readonly RequestData[], context: Context): MaybePromise<Prepared>;
  inference?(prepared: Prepared, context: Context): MaybePromise<Inferred>;
  postprocess?(inferred: Inferred, context: Context): MaybePromise<Outputs>;
  /** Answers the explain verb. `prepared` is what `preprocess` made of `data`. */
  explainHandle?(prepared: Prepared, data: readonly RequestData[], context: Context): MaybePromise<Outputs>;
  /** Answers the describe verb (customized metadata); not a list. */
  describeHandle?(context: Context): unknown;
}

/** What TorchServe calls `system_properties`, under its names. */
export interface SystemProperties {
  /** Absolute folder of the opened archive; also the working directory. */
  readonly model_dir: string;
  /** Number of the GPU, null on a CPU. */
  readonly gpu_id: number | null;
  readonly batch_size: number;
  /** Always `MMS`, as in TorchServe. */
  readonly server_name: string;
  readonly server_version: string;
  readonly limit_max_image_pixels: boolean;
  /** What to compute on; TorchServe has no such entry. */
  readonly device: 'cpu' | 'cuda' | 'rocm' | 'metal';
  /** Threads this worker may compute with; TorchServe has no such entry. */
  readonly threads: number;
}

export interface MetricOptions {
  /** Default `Count` for counters, `Milliseconds` for `time`, else empty. */
  readonly unit?: string;
  /** Added to `ModelName` and `Level`. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Index of the request the value belongs to; all requests of the batch if absent. */
  readonly idx?: number;
}

/**
 * Values for the server's metrics. A metric that metrics.yaml does not list is dropped there unless
 * `model_metrics_auto_detect` is on. A value that cannot be a metric is refused with a line in the log, never by an
 * exception: counting must not fail a request.
 */
export interface Metrics {
  /** Adds to a counter; `value` is 1 unless given and not negative. */
  counter(name: string, value?: number, options?: MetricOptions): void;
  gauge(name: string, value: number, options?: MetricOptions): void;
  histogram(name: string, value: number, options?: MetricOptions): void;
  /** A gauge in milliseconds. */
  time(name: string, durationMs: number, options?: MetricOptions): void;
}

/** One worker's view of its model and of the batch at hand; the same object for every call. `idx` counts in the batch. */
export interface Context {
  readonly modelName: string;
  readonly modelVersion: string;
  /** The parsed MAR-INF/MANIFEST.json; an empty object without one. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The whole model-config.yaml; `{}` without one. */
  readonly modelYamlConfig: Readonly<Record<string, unknown>>;
  readonly systemProperties: SystemProperties;
  readonly metrics: Metrics;
  /** For whatever the handler wants to find again in its next call. */
  readonly cache: Map<string, unknown>;
  /** Server's ids of the requests, in order; empty before the first batch. */
  readonly requestIds: readonly string[];

  getRequestId(idx?: number): string | undefined;
  /** The sequence a request belongs to, of a model with `sequenceBatching`. */
  getSequenceId(idx?: number): string | undefined;
  /** Exact letter case, as the client wrote it. */
  getRequestHeader(idx: number, name: string): string | undefined;
  getAllRequestHeaders(idx: number): Readonly<Record<string, string>>;
  /** Content type of one part of a request; empty when the client named none. */
  getRequestContentType(idx: number, part: string): string | undefined;

  setResponseContentType(idx: number, value: string): void;
  getResponseContentType(idx: number): string | undefined;
  setResponseHeader(idx: number, name: string, value: string): void;
  getResponseHeaders(idx: number): Readonly<Record<string, string>>;
  /** Status of an answer, 200 unless set. To answer with the API's error body throw a PredictionException instead. */
  setResponseStatus(code?: number, phrase?: string, idx?: number): void;
  setAllResponseStatus(code?: number, phrase?: string): void;
  getResponseStatus(idx: number): readonly [code: number, phrase: string];

  /**
   * Of a model with `continuousBatching`: says of each answer, when it is given what the handler returned, whether it ends
   * the request. False: it was a piece, and the request is in the next batch again, without its parts. To be set anew in
   * every batch.
   */
  stoppingCriteria: readonly ((output: unknown) => boolean | undefined)[] | undefined;
  /** Sends one piece of a streamed answer now; what the handler returns for this request is then the last piece. */
  send(output: unknown, idx?: number): void;
  /** True once the client of the request has gone; its answer will be dropped. Looked at between steps. */
  isCancelled(idx?: number): boolean;
}
