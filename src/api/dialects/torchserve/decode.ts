import { serveError } from '../../../core/errors.js';
import type { InferenceRequest, Part, Verb } from '../../../core/inference.js';
import { sizeOf } from '../../../core/pieces.js';
import type { Call } from '../../http/call.js';
import { readMultipart } from './multipart.js';
import { readQuery } from './query.js';

/** What the path of a predict request says. */
export interface Target {
  readonly model: string;
  /** Absent: the default version. */
  readonly version?: string;
  readonly verb: Verb;
  /** Headers that TorchServe adds behind the client's own, so that no client can replace them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The older paths hand the query on as parts of the request. */
  readonly takesQuery?: boolean;
}

export interface DecodeLimits {
  /** Parts of one form. */
  readonly maxParts: number;
}

/**
 * Reads a predict request as TorchServe does: forms become one part per field, any other body is the part `body`.
 * A promise only where a form must be taken apart. Throws BAD_REQUEST.
 */
export function decode(
  call: Call,
  target: Target,
  limits: DecodeLimits,
): InferenceRequest | Promise<InferenceRequest> {
  const parts = readParts(call, limits);
  return parts instanceof Promise
    ? parts.then((read) => request(call, target, read, limits))
    : request(call, target, parts, limits);
}

/** The form fields or the body of a call. Throws BAD_REQUEST. */
export function readParts(call: Call, limits: DecodeLimits): readonly Part[] | Promise<readonly Part[]> {
  const type = mimeOf(call.contentType);
  if (type === 'multipart/form-data') return readMultipart(call.contentType, call.pieces, limits.maxParts);
  if (type === 'application/x-www-form-urlencoded') return readForm(call.body, limits);
  return [{ name: 'body', contentType: type, pieces: call.pieces }];
}

function request(call: Call, target: Target, parts: readonly Part[], limits: DecodeLimits): InferenceRequest {
  const { model, version, verb } = target;
  const all = target.takesQuery && call.query !== '' ? [...fields(call.query, limits), ...parts] : parts;
  return { id: call.id, model, version, verb, headers: readHeaders(call, target.headers), parts: all };
}

/** Without the parameters, in small letters. */
function mimeOf(contentType: string): string {
  if (contentType === '') return '';
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** A body without any `=` has no fields at all, as in TorchServe. */
function readForm(body: Buffer, limits: DecodeLimits): readonly Part[] {
  const text = body.toString('utf8');
  return text.includes('=') ? fields(text, limits) : [];
}

function fields(text: string, { maxParts }: DecodeLimits): readonly Part[] {
  const parts: Part[] = [];
  for (const [name, value] of readQuery(text)) {
    if (parts.length === maxParts) throw tooManyParts(maxParts);
    parts.push({ name, contentType: '', pieces: [Buffer.from(value)] });
  }
  return parts;
}

function tooManyParts(maxParts: number): Error {
  return serveError('BAD_REQUEST', { reason: `The form has more than ${maxParts} parts.` });
}

/** With the letter case of the client; the last of repeats wins. */
function readHeaders(
  { rawHeaders, pieces }: Call,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  let measured = false;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    // A name of either length is the only kind that needs a closer look.
    if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') continue;
    if (name.length === 14 && name.toLowerCase() === 'content-length') measured = true;
    headers[name] = rawHeaders[at + 1] ?? '';
  }
  if (!measured) headers['content-length'] = String(sizeOf(pieces));
  for (const name in added) headers[name] = added[name] ?? '';
  return headers;
}
