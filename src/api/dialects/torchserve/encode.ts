import { asServeError, ServeError } from '../../../core/errors.js';
import type { Answer } from '../../../core/inference.js';
import type { Reply } from '../../http/call.js';

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

/** TorchServe's error object: `code`, `type`, `message`, in that order. */
export function encodeError(thrown: unknown): Reply {
  const { status, type, message } = asServeError(thrown);
  return json({ code: status, type, message }, status);
}

/** Whether an error is a fault of the server, to be told to its operator. */
export function isFault(thrown: unknown): boolean {
  return !(thrown instanceof ServeError) || thrown.code === 'INTERNAL';
}
