import type { Answer, InferenceRequest } from '../core/inference.js';
import type { Servable } from '../core/servable.js';
import type { Call, Reply } from './http/call.js';

/** Where servables are found by name. Throws MODEL_NOT_FOUND and MODEL_VERSION_NOT_FOUND. */
export interface Directory {
  find(model: string, version?: string): Servable;
}

/**
 * The way of every inference request, whatever its spelling: find, admit, await, encode. `request` is the decoded call;
 * the job is tied to the client's connection, so that it ends when the client goes.
 */
export async function infer(
  call: Call,
  request: InferenceRequest | Promise<InferenceRequest>,
  directory: Directory,
  encode: (answer: Answer) => Reply,
): Promise<Reply> {
  const decoded = request instanceof Promise ? await request : request;
  const job = directory.find(decoded.model, decoded.version).admit(decoded);
  call.bind(job);
  return encode(await job.answer);
}
