import type { Answer, InferenceRequest } from '../core/inference.js';
import type { Servable } from '../core/servable.js';
import type { Call, Reply } from './http/call.js';

/** Where servables are found by name. Throws MODEL_NOT_FOUND and MODEL_VERSION_NOT_FOUND. */
export interface Directory {
  find(model: string, version?: string): Servable;
}

/**
 * The way of every inference request, whatever its spelling: find, admit, await, encode. `request` is the decoded call;
 * the job is tied to the client's connection, so that it ends when the client goes. Throws, or rejects, with what finding
 * and admitting throw and with the error of the job.
 */
export function infer(
  call: Call,
  request: InferenceRequest | Promise<InferenceRequest>,
  directory: Directory,
  encode: (answer: Answer) => Reply,
): Promise<Reply> {
  // Not an async function: every one more would cost a few promises a request.
  if (request instanceof Promise) return request.then((decoded) => infer(call, decoded, directory, encode));
  const job = directory.find(request.model, request.version).admit(request);
  call.bind(job);
  return job.answer.then(encode);
}
