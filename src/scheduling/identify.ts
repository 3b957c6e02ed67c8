import { randomUUID } from 'node:crypto';
import type { InferenceRequest } from '../core/inference.js';

/** Names of the headers that tell of sequences, between clients, server and handlers. */
export interface SequenceHeaders {
  /** `ts_header_key_sequence_id`: of the request, names its sequence. */
  readonly id: string;
  /** `ts_header_key_sequence_start`: of the request, `true` on the first one. */
  readonly start: string;
  /** `ts_header_key_sequence_end`: of the answer, names the sequences that are over. */
  readonly end: string;
}

/**
 * Says which sequence a request belongs to, in its `sequenceId` and in the headers the handler sees. One that names none
 * begins a sequence of its own. Clients may write the headers' names in letters of either case; the handler finds them
 * under the configured name. A `describe` belongs to no sequence.
 */
export function identify(request: InferenceRequest, names: SequenceHeaders): InferenceRequest {
  if (request.verb === 'describe') return request;
  const headers = respelled(request.headers, names);
  const named = request.sequenceId ?? headers[names.id];
  if (named) return { ...request, sequenceId: named, headers: { ...headers, [names.id]: named } };
  const sequenceId = `ts-seq-${randomUUID()}`;
  return { ...request, sequenceId, headers: { ...headers, [names.id]: sequenceId, [names.start]: 'true' } };
}

function respelled(
  headers: Readonly<Record<string, string>>,
  names: SequenceHeaders,
): Readonly<Record<string, string>> {
  const wanted = new Map(Object.values(names).map((name) => [name.toLowerCase(), name]));
  const found: Record<string, string> = { ...headers };
  for (const [name, value] of Object.entries(headers)) {
    const spelling = wanted.get(name.toLowerCase());
    if (spelling !== undefined && !Object.hasOwn(headers, spelling)) found[spelling] = value;
  }
  return found;
}
