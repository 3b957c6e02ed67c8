import { type ServerResponse, STATUS_CODES, validateHeaderValue } from 'node:http';
import type { Reply } from './call.js';

/**
 * Whether an answer that leaves its connection open may go to the socket past Node's response: it has the usual form,
 * nothing of it is written, and no earlier answer on that connection is still to come.
 */
export function mayWritePast(response: ServerResponse, status: number): boolean {
  const { req, socket } = response;
  const usual = status >= 200 && status !== 204 && status !== 304 && req.method !== 'HEAD';
  const ready = socket?.writable === true && !response.headersSent;
  return usual && ready && req.httpVersion === '1.1';
}

/**
 * Writes head and body with one plain write. Node itself makes each answer a gathered write of the whole and of an empty
 * piece, which, with what it keeps for that, costs a fifth of the time it needs for a request. `headers` are names and
 * values in turn, already looked at. Throws, before anything is written, for a reason that HTTP cannot carry.
 */
export function writePast(
  response: ServerResponse,
  { status, reason }: Reply,
  headers: readonly string[],
  body: Buffer,
): void {
  if (reason !== undefined) validateHeaderValue('reason', reason);
  let head = `HTTP/1.1 ${status} ${reason ?? STATUS_CODES[status] ?? 'unknown'}\r\n`;
  for (let at = 0; at + 1 < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`;
  // In Latin-1 every byte is one character.
  response.socket?.write(`${head}\r\n${body.toString('latin1')}`, 'latin1');
  // As after an answer of its own, Node then makes the connection ready for the next request.
  process.nextTick(finish, response);
}

function finish(response: ServerResponse): void {
  response.emit('finish');
}
