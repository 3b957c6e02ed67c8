import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { describeFault } from '../../archive/faults.js';
import { serveError } from '../../core/errors.js';
import { REDACTED, type RecordedRequest } from '../../core/recorded-request.js';

/** A recorded request as it can be sent again. */
export interface ReplayRequest {
  /** From 1. */
  readonly line: number;
  /** When it was recorded, ms since 1970. */
  readonly timeMs: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Without those that belong to a connection, and without secrets that were not recorded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a whole file holds. */
export interface RecordingFacts {
  /** Requests that can be sent. */
  readonly requests: number;
  /** Requests whose bodies were too long to be recorded. */
  readonly leftOut: number;
  /** Numbers of lines that are no recorded requests, from 1. */
  readonly broken: readonly number[];
}

/** A line, read. */
export type RecordingLine =
  | { readonly kind: 'request'; readonly request: ReplayRequest }
  | { readonly kind: 'left out' }
  | { readonly kind: 'broken'; readonly line: number };

/** What HTTP sets anew for each connection. */
const CONNECTION_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'expect',
  'upgrade',
  'te',
  'trailer',
]);

/** Reads a file of recorded requests line by line; empty lines are passed over. Throws REPLAY_FILE. */
export async function* readRecording(path: string): AsyncGenerator<RecordingLine> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  try {
    for await (const text of lines) {
      line += 1;
      if (text.trim() !== '') yield parseLine(text, line);
    }
  } catch (error) {
    throw serveError('REPLAY_FILE', { path, reason: describeFault(error) }, { cause: error });
  } finally {
    lines.close();
  }
}

/** Looks through a whole file before anything of it is sent. Throws REPLAY_FILE. */
export async function surveyRecording(path: string): Promise<RecordingFacts> {
  let requests = 0;
  let leftOut = 0;
  const broken: number[] = [];
  for await (const found of readRecording(path)) {
    if (found.kind === 'request') requests += 1;
    else if (found.kind === 'left out') leftOut += 1;
    else broken.push(found.line);
  }
  return { requests, leftOut, broken };
}

function parseLine(text: string, line: number): RecordingLine {
  const recorded = toRecorded(text);
  if (!recorded) return { kind: 'broken', line };
  if (recorded.bodyBytesLeftOut !== undefined) return { kind: 'left out' };
  const { time, method, path, headers, body, bodyBase64 } = recorded;
  return {
    kind: 'request',
    request: {
      line,
      timeMs: Date.parse(time),
      method,
      path,
      headers: sendable(headers),
      body: bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64'),
    },
  };
}

/** Undefined when it is not what a server records. */
function toRecorded(text: string): RecordedRequest | undefined {
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { time, method, path, headers, body, bodyBase64 } = value as Readonly<Record<string, unknown>>;
  const isText = (given: unknown) => given === undefined || typeof given === 'string';
  const sound =
    typeof time === 'string' &&
    !Number.isNaN(Date.parse(time)) &&
    typeof method === 'string' &&
    /^[A-Z]{1,20}$/.test(method) &&
    typeof path === 'string' &&
    /^\/[\x21-\x7e]*$/.test(path) &&
    isHeaders(headers) &&
    isText(body) &&
    isText(bodyBase64);
  return sound ? (value as RecordedRequest) : undefined;
}

function isHeaders(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([name, text]) =>
        /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof text === 'string' && /^[^\r\n\0]*$/.test(text),
    )
  );
}

function sendable(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => !CONNECTION_HEADERS.has(name) && value !== REDACTED),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
