import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { joined, sizeOf } from '../../core/pieces.js';
import type { Reply } from './call.js';
import { mayWritePast, writePast } from './write-past.js';

/** What every answer carries, as TorchServe sends it. */
const ALWAYS: readonly string[] = [
  'Pragma',
  'no-cache',
  'Cache-Control',
  'no-cache; no-store, must-revalidate, private',
  'Expires',
  'Thu, 01 Jan 1970 00:00:00 UTC',
];

/** Headers that belong to the connection, not to the answer; a handler cannot set them. */
const OURS = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'x-request-id']);

export interface WriteOptions {
  readonly requestId: string;
  /** Names and values in turn, for every answer that does not have them already. */
  readonly extra: readonly string[];
  /** Close the connection behind the answer; it is also closed when the status is 400 or more, or the client will have it so. */
  readonly close: boolean;
}

/**
 * Writes an answer. Returns nothing when it is written whole, and a promise while a stream is under way; the promise
 * rejects, with the connection destroyed, when the stream breaks or the client goes.
 */
export function writeReply(
  response: ServerResponse,
  reply: Reply,
  options: WriteOptions,
): Promise<void> | undefined {
  const { status } = reply;
  const body = typeof reply.body === 'string' ? [Buffer.from(reply.body)] : reply.body;
  const close = options.close || status >= 400 || !response.shouldKeepAlive;
  const headers = ['x-request-id', options.requestId, ...ALWAYS];
  addHeaders(headers, reply.headers, options.extra);
  if (!isWhole(body)) {
    headers.push('transfer-encoding', 'chunked');
    writeHead(response, reply, headers, close);
    return pipeline(body instanceof Readable ? body : Readable.from(body), response);
  }
  const sizeBytes = sizeOf(body);
  headers.push('content-length', String(sizeBytes));
  if (!close && sizeBytes <= JOIN_BYTES && mayWritePast(response, status)) {
    headers.push('connection', 'keep-alive');
    writePast(response, reply, headers, joined(body));
  } else {
    writeHead(response, reply, headers, close);
    for (const piece of body) response.write(piece);
    response.end();
  }
  return undefined;
}

function isWhole(body: readonly Buffer[] | AsyncIterable<Buffer>): body is readonly Buffer[] {
  return Array.isArray(body);
}

function writeHead(response: ServerResponse, reply: Reply, headers: string[], close: boolean): void {
  headers.push('connection', close ? 'close' : 'keep-alive');
  response.sendDate = false;
  if (reply.reason === undefined) response.writeHead(reply.status, headers);
  else response.writeHead(reply.status, reply.reason, headers);
}

/** Up to this size a body is copied behind its head: one plain write costs less than a gathered one. */
const JOIN_BYTES = 16 * 1024;

function addHeaders(headers: string[], own: readonly string[], extra: readonly string[]): void {
  for (let at = 0; at + 1 < own.length; at += 2) {
    const name = own[at] ?? '';
    if (!OURS.has(name.toLowerCase())) addHeader(headers, name, own[at + 1] ?? '');
  }
  for (let at = 0; at + 1 < extra.length; at += 2) {
    const name = extra[at] ?? '';
    if (!hasName(own, name)) addHeader(headers, name, extra[at + 1] ?? '');
  }
}

/** Throws for what HTTP cannot carry, such as a line break. */
function addHeader(headers: string[], name: string, value: string): void {
  validateHeaderName(name);
  validateHeaderValue(name, value);
  headers.push(name, value);
}

function hasName(headers: readonly string[], name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) if (headers[at]?.toLowerCase() === name) return true;
  return false;
}
