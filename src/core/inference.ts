/** What a client asks of a model. `describe` asks for the handler's own description. */
export type Verb = 'predict' | 'explain' | 'describe';

/** Named bytes with a content type (empty when the client named none); shape and dtype if it is a tensor. */
export interface Part {
  readonly name: string;
  readonly contentType: string;
  /** The bytes as they came; nobody needs to see them as one but the worker. */
  readonly pieces: readonly Buffer[];
  readonly shape?: readonly number[];
  readonly dtype?: string;
}

/** What a client asks, free of any API's spelling. */
export interface InferenceRequest {
  /** Made by the server, a UUID; sent back as `x-request-id`. */
  readonly id: string;
  readonly model: string;
  /** The version the client asked for; the model's default version if absent. */
  readonly version?: string;
  readonly verb: Verb;
  /** Client headers with their original letter case, plus the ones the dialect adds; the last of repeats wins. */
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: readonly Part[];
  readonly sequenceId?: string;
}

/** The beginning of an answer: what can be said before its bytes. */
export interface AnswerHead {
  readonly status: number;
  /** Reason phrase; TorchServe's default is the empty string. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Status, headers, and bytes: all of them in pieces, or a stream that ends, or that throws if the worker failed on the way. */
export interface Answer extends AnswerHead {
  readonly body: readonly Buffer[] | AsyncIterable<Buffer>;
}
