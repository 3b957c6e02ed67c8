import { asServeError, ServeError } from '../../../core/errors.js';
import type { WorkerFailure } from '../../../core/failure.js';
import type { Answer } from '../../../core/inference.js';
import type { Reply } from '../../http/call.js';

/** One line on why a worker died. */
const FAILURE_HEADER = 'x-worker-failure';
const MAX_HEADER_LENGTH = 500;
const JSON_TYPE: readonly string[] = ['content-type', 'application/json'];

/** The answer of a handler as it is: no content type unless it set one, nothing added to the bytes. */
export function encode({ status, reason, headers, body }: Answer): Reply {
  const flat: string[] = [];
  for (const name in headers) flat.push(name, headers[name] ?? '');
  return { status, reason, headers: flat, body };
}

/** JSON of the server's own: two spaces of indentation, one line break at the end; what is undefined is left out. */
export function json(value: unknown, status = 200): Reply {
  return { status, headers: JSON_TYPE, body: `${JSON.stringify(value, null, 2)}\n` };
}

/** `{"status": …}`, with which most management calls are answered. */
export function statusReply(text: string, status = 200): Reply {
  return json({ status: text }, status);
}

/**
 * TorchServe's error object: `code`, `type`, `message`, in that order. Why a worker died stands in a header, and with
 * `withDetails` as `details` in the object, last lines and all.
 */
export function encodeError(thrown: unknown, withDetails = false): Reply {
  const { status, type, message, failure } = asServeError(thrown);
  const reply = json({ code: status, type, message, details: withDetails ? failure : undefined }, status);
  if (!failure) return reply;
  return { ...reply, headers: [...reply.headers, FAILURE_HEADER, headerText(failure)] };
}

function headerText({ reason, place }: WorkerFailure): string {
  const text = place === undefined || reason.includes(place) ? reason : `${reason} (${place})`;
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_HEADER_LENGTH);
}

/** Whether an error is a fault of the server, to be told to its operator. */
export function isFault(thrown: unknown): boolean {
  return !(thrown instanceof ServeError) || thrown.code === 'INTERNAL';
}
