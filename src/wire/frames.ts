/** Version of the protocol between server and workers; a worker that speaks another is refused. */
export const PROTOCOL_VERSION = 1;

/** `u32 length · u8 type · u8 flags · u32 id · u32 header length`; length counts everything after itself. */
export const PREFIX_BYTES = 14;

/** Frame types by their byte on the wire. */
export const FRAME_TYPES = {
  HELLO: 1,
  LOAD: 2,
  READY: 3,
  FAILED: 4,
  BATCH: 5,
  CHUNK: 6,
  DONE: 7,
  CANCEL: 8,
  BYE: 9,
  METRIC: 10,
  LOG: 11,
  ALIVE: 12,
} as const;

export type FrameType = keyof typeof FRAME_TYPES;

/** First frame of a worker: who it is. `token` proves that the server started it. */
export interface HelloHeader {
  readonly protocol: number;
  readonly token: string;
  readonly pid: number;
  /** 0, or the rank within a torchrun group. */
  readonly rank: number;
}

/** The device a worker computes on. `index` is the GPU's number, absent for the CPU. */
export interface WireDevice {
  readonly type: 'cpu' | 'cuda' | 'rocm' | 'metal';
  readonly index?: number;
}

/** Tells a worker which model to load and how. */
export interface LoadHeader {
  readonly model: string;
  readonly version: string;
  /** Absolute folder of the opened archive. */
  readonly directory: string;
  /** The parsed MAR-INF/MANIFEST.json; an empty object if there is none. */
  readonly manifest: unknown;
  /** Handler string, after registration parameters were applied; empty means: choose by the files. */
  readonly handler: string;
  /** TorchServe's `service_envelope`; empty for none. */
  readonly envelope: string;
  /** The whole parsed model-config.yaml; `{}` without one. */
  readonly modelConfig: Readonly<Record<string, unknown>>;
  readonly device: WireDevice;
  readonly batchSize: number;
  /** Threads one worker may compute with. */
  readonly threads: number;
  /** TorchServe's `limit_max_image_pixels`. */
  readonly limitMaxImagePixels: boolean;
  /** TorchServe's `decode_input_request`. */
  readonly decodeInput: boolean;
  /** Answers above this many bytes fail the job. */
  readonly maxResponseBytes: number;
  /** Batches are rounds: the worker keeps the jobs it answers with `more`. */
  readonly continuousBatching: boolean;
  /** Batches of the worker run at the same time, each answered when it is done. */
  readonly asyncCommunication: boolean;
  /** The `model_metrics` of the metrics file, without the host among their dimensions. */
  readonly modelMetrics: readonly WireMetricDefinition[];
}

/** A metric that handlers may find by its name. */
export interface WireMetricDefinition {
  readonly name: string;
  readonly unit: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly dimensions: readonly string[];
}

/** The model is loaded: so many batches may be sent. */
export interface ReadyHeader {
  readonly credits: number;
}

/** Loading failed. `status` is TorchServe's: 507 for memory, else 500. */
export interface FailedHeader {
  readonly status: number;
  readonly message: string;
}

export interface WirePart {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly shape?: readonly number[];
  readonly dtype?: string;
}

export interface WireJob {
  /** The server's request id, a UUID. */
  readonly id: string;
  readonly verb: 'predict' | 'explain' | 'describe';
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: readonly WirePart[];
  /** True if the worker kept the job from an earlier round: it knows its headers and parts, which are empty here. */
  readonly held?: boolean;
}

/** Jobs in order; their parts' bytes follow in the same order. The frame id names the batch. */
export interface BatchHeader {
  readonly jobs: readonly WireJob[];
  /** How long the worker may look for the next frame without sleeping, µs; it sleeps when this is missing. */
  readonly pollUs?: number;
}

/** A piece of a streamed answer to job number `job` (an index) of the batch the frame id names. */
export interface ChunkHeader {
  readonly job: number;
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WireAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly size: number;
  /** Set when the handler failed: the text of the API error; `status` is then the error's. */
  readonly error?: string;
  /** Continuous batching: a piece of the answer only, and the worker keeps the job for the next round. */
  readonly more?: boolean;
}

/** One answer per job of the batch, in order, then their bytes. Gives `credits` batches back. */
export interface DoneHeader {
  readonly answers: readonly WireAnswer[];
  readonly credits: number;
  /** Milliseconds inside the handler. */
  readonly handlerMs: number;
}

/** Indexes of jobs of the batch whose clients have gone. */
export interface CancelHeader {
  readonly jobs: readonly number[];
}

export type ByeHeader = Readonly<Record<string, never>>;

export interface MetricHeader {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly requestIds: readonly string[];
}

/** A line from the worker's own loop, not from user code. */
export interface LogHeader {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

/** From a worker with calls side by side: nothing to say yet, and not stuck either. */
export type AliveHeader = Readonly<Record<string, never>>;

export interface FrameHeaders {
  HELLO: HelloHeader;
  LOAD: LoadHeader;
  READY: ReadyHeader;
  FAILED: FailedHeader;
  BATCH: BatchHeader;
  CHUNK: ChunkHeader;
  DONE: DoneHeader;
  CANCEL: CancelHeader;
  BYE: ByeHeader;
  METRIC: MetricHeader;
  LOG: LogHeader;
  ALIVE: AliveHeader;
}

/** One message between server and worker. `body` holds the raw bytes after the header. */
export type Frame = {
  [Type in FrameType]: {
    readonly type: Type;
    readonly id: number;
    readonly header: FrameHeaders[Type];
    readonly body: Buffer;
  };
}[FrameType];
