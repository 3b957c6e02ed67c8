import type { BatchHeader, WireAnswer } from '../../wire/frames.js';
import { STREAM_HEADER, type WorkerContext } from './context.js';
import { encodeOutput } from './encode-output.js';
import type { Handler } from './handler.js';
import { isPredictionException, PredictionException } from './prediction-exception.js';
import { decodeRequests } from './request-data.js';
import { callHandler } from './steps.js';

export interface ServiceOptions {
  /** TorchServe's `decode_input_request`. */
  readonly decodeInput: boolean;
  /** An answer above this many bytes fails its request. */
  readonly maxResponseBytes: number;
  /** Batches are rounds: an answer whose header says so goes on in the next. */
  readonly rounds: boolean;
  /** Lets written pieces leave and news come in; waits while the server reads too slowly. */
  readonly breathe: () => Promise<void>;
}

/** One answer per job of a batch, in order, and their bytes. */
export interface BatchResult {
  readonly answers: readonly WireAnswer[];
  readonly bodies: readonly Buffer[];
}

type Encoded = readonly [answer: WireAnswer, body: Buffer];

const NO_HEADERS = Object.freeze({});
const NO_BYTES = Buffer.alloc(0);

/**
 * Runs batches through a handler, by TorchServe's rules for what goes in and what comes out (worker-protocol, 2.4-2.6).
 * Never throws: whatever the handler does becomes the batch's answers. The result is a promise only if the handler's is.
 */
export class Service {
  readonly #handler: Handler;
  readonly #context: WorkerContext;
  readonly #options: ServiceOptions;

  constructor(handler: Handler, context: WorkerContext, options: ServiceOptions) {
    this.#handler = handler;
    this.#context = context;
    this.#options = options;
  }

  predict(batch: BatchHeader, body: Buffer): BatchResult | Promise<BatchResult> {
    const fail = (thrown: unknown) => this.#fail(batch, thrown);
    const finish = (outputs: unknown) => this.#finish(batch, outputs);
    try {
      const requests = decodeRequests(batch.jobs, body, this.#options.decodeInput);
      const verb = batch.jobs[0]?.verb ?? 'predict';
      const outputs = callHandler(this.#handler, verb, requests, this.#context);
      if (isStream(outputs)) return this.#drain(batch, outputs).then(finish).catch(fail);
      if (outputs instanceof Promise) return this.#settle(batch, outputs).then(finish).catch(fail);
      return finish(outputs);
    } catch (thrown) {
      return fail(thrown);
    }
  }

  /** A promise may still resolve to a stream: `explainHandle` and the steps are awaited for the handler. */
  async #settle(batch: BatchHeader, outputs: Promise<unknown>): Promise<unknown> {
    const value = await outputs;
    return isStream(value) ? this.#drain(batch, value) : value;
  }

  /** Sends what a stream yields piece by piece; what it returns, if anything, is the last piece. */
  async #drain(batch: BatchHeader, stream: AsyncIterable<unknown>): Promise<unknown> {
    const iterator = stream[Symbol.asyncIterator]();
    for (;;) {
      const step = await iterator.next();
      if (step.done) return step.value ?? batch.jobs.map(() => undefined);
      checkOutputs(step.value, batch).forEach((piece, idx) => {
        this.#context.sendPiece(piece, idx);
      });
      await this.#options.breathe();
      if (!this.#context.abandoned) continue;
      await iterator.return?.();
      return batch.jobs.map(() => undefined);
    }
  }

  #finish(batch: BatchHeader, outputs: unknown): BatchResult {
    const list = checkOutputs(outputs, batch);
    const answers: WireAnswer[] = new Array(list.length);
    const bodies: Buffer[] = new Array(list.length);
    for (let idx = 0; idx < list.length; idx += 1) {
      const [answer, body] = this.#encode(list[idx], idx);
      answers[idx] = answer;
      bodies[idx] = body;
    }
    return { answers, bodies };
  }

  #encode(output: unknown, idx: number): Encoded {
    if (isPredictionException(output)) return [failure(output.errorCode, output.message), NO_BYTES];
    const [status, reason] = this.#context.getResponseStatus(idx);
    const headers = this.#finalHeaders(output, idx);
    const body = STREAM_HEADER in headers && output === undefined ? NO_BYTES : encodeOutput(output);
    const limit = this.#options.maxResponseBytes;
    if (body.length > limit) {
      // Clients are told what TorchServe tells them; the log tells why.
      console.error(`The answer of ${body.length} bytes is above max_response_size (${limit}).`);
      return [failure(500, 'Worker died.'), NO_BYTES];
    }
    const answer = { status, reason, headers, size: body.length };
    const more = this.#options.rounds && headers[STREAM_HEADER] === 'true';
    return [more ? { ...answer, more } : answer, body];
  }

  /** What the criterion says, if the handler left one for this answer; else a stream ends with it. */
  #finalHeaders(output: unknown, idx: number): Readonly<Record<string, string>> {
    const headers = this.#context.getResponseHeaders(idx);
    const stops = this.#context.stoppingCriteria?.[idx]?.(output);
    if (stops !== undefined) return { ...headers, [STREAM_HEADER]: String(!stops) };
    return headers[STREAM_HEADER] === 'true' ? { ...headers, [STREAM_HEADER]: 'false' } : headers;
  }

  /** The whole batch fails with one status, as in TorchServe. */
  #fail(batch: BatchHeader, thrown: unknown): BatchResult {
    const { status, text } = explainFailure(thrown);
    if (!isPredictionException(thrown)) console.error('The handler failed:', thrown);
    return { answers: batch.jobs.map(() => failure(status, text)), bodies: [] };
  }
}

/** Clients are told what TorchServe tells them; the log is told more. */
function checkOutputs(outputs: unknown, { jobs }: BatchHeader): readonly unknown[] {
  if (!Array.isArray(outputs)) {
    console.error(`The handler returned ${describeType(outputs)} instead of a list.`);
    throw new PredictionException('Invalid model predict output', 503);
  }
  if (outputs.length !== jobs.length) {
    console.error(`The handler's list has ${outputs.length} answers for ${jobs.length} requests.`);
    throw new PredictionException('number of batch response mismatched', 503);
  }
  return outputs;
}

function describeType(value: unknown): string {
  return value instanceof Object ? value.constructor.name : String(value === null ? value : typeof value);
}

function explainFailure(thrown: unknown): { status: number; text: string } {
  if (isPredictionException(thrown)) return { status: thrown.errorCode, text: thrown.message };
  if (isOutOfMemory(thrown)) return { status: 507, text: 'Out of resources' };
  return { status: 503, text: 'Prediction failed' };
}

/** Node's failed allocations, onnxruntime's, and everything CUDA, as TorchServe treats it. */
export function isOutOfMemory(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if ('code' in thrown && thrown.code === 'ERR_MEMORY_ALLOCATION_FAILED') return true;
  return /Array buffer allocation failed|Failed to allocate memory|bad_alloc|CUDA/.test(thrown.message);
}

function failure(status: number, error: string): WireAnswer {
  return { status, reason: '', headers: NO_HEADERS, size: 0, error };
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
