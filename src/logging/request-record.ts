import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Settings } from '../config/keys.js';
import { serveError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import { REDACTED, type RecordedRequest } from '../core/recorded-request.js';
import { LineFile } from './line-file.js';

/** A request as the server takes it. */
export interface TakenRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** What follows the question mark; empty if there is none. */
  readonly query: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A file that requests are recorded in. No method throws or waits, except `flush` and `close`, which wait for the disk. */
export interface RequestRecord {
  add(request: TakenRequest): void;
  /** Writes what waits before it returns. */
  flush(): void;
  close(): Promise<void>;
}

export interface RequestRecordOptions {
  /** Absolute. */
  readonly path: string;
  readonly settings: Pick<
    Settings,
    'recordMaxBytes' | 'recordBodyMaxBytes' | 'recordRedactHeaders' | 'logBufferBytes'
  >;
  readonly log: Log;
  /** Wall-clock milliseconds. Default: the system's. */
  readonly now?: () => number;
}

/** Bodies are the users' own: the file is for its owner alone. */
const OWNER_ONLY = 0o600;

/**
 * Opens a file that requests are appended to, one JSON line each, until it has `recordMaxBytes`; that it is full is
 * logged once. Secrets are written as `[redacted]`. Throws RECORD_FILE.
 */
export function openRequestRecord(options: RequestRecordOptions): RequestRecord {
  const { path, settings, log, now = Date.now } = options;
  let sizeBytes = makeFile(path);
  let full = false;
  const file = new LineFile({
    path,
    maxBytes: Number.POSITIVE_INFINITY,
    filesKept: 0,
    // A line that may be written must also fit while it waits; base64 takes a third more.
    bufferBytes: Math.max(settings.logBufferBytes, settings.recordBodyMaxBytes * 2),
    onTrouble: (message) => log.warn(message),
  });
  const secrets = new Set(settings.recordRedactHeaders.map((name) => name.toLowerCase()));
  return {
    add(request) {
      if (full) return;
      const line = JSON.stringify(toLine(request, secrets, settings.recordBodyMaxBytes, now()));
      const lineBytes = Buffer.byteLength(line) + 1;
      full = sizeBytes + lineBytes > settings.recordMaxBytes;
      if (full) {
        log.warn(`Requests are no longer recorded: ${path} has reached record_max_bytes.`);
        return;
      }
      sizeBytes += lineBytes;
      file.write(line);
    },
    flush: () => file.flush(),
    close: () => file.close(),
  };
}

/** Gives the size of what is there already. */
function makeFile(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const fd = openSync(path, 'a', OWNER_ONLY);
    const { size } = fstatSync(fd);
    closeSync(fd);
    return size;
  } catch (error) {
    throw serveError('RECORD_FILE', { path, reason: (error as Error).message }, { cause: error });
  }
}

function toLine(
  { method, path, query, rawHeaders, body }: TakenRequest,
  secrets: ReadonlySet<string>,
  bodyMaxBytes: number,
  nowMs: number,
): RecordedRequest {
  return {
    time: new Date(nowMs).toISOString(),
    method,
    path: query === '' ? path : `${path}?${withoutSecrets(query, secrets)}`,
    headers: toHeaders(rawHeaders, secrets),
    ...toBody(body, bodyMaxBytes),
  };
}

function toBody(body: Buffer, maxBytes: number): Partial<RecordedRequest> {
  if (body.length === 0) return {};
  if (body.length > maxBytes) return { bodyBytesLeftOut: body.length };
  return isUtf8(body) ? { body: body.toString() } : { bodyBase64: body.toString('base64') };
}

function toHeaders(raw: readonly string[], secrets: ReadonlySet<string>): Record<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const before = headers.get(name);
    const value = secrets.has(name) ? REDACTED : (raw[at + 1] ?? '');
    headers.set(name, before === undefined || secrets.has(name) ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

/** A secret may also be sent as a parameter of the same name. */
function withoutSecrets(query: string, secrets: ReadonlySet<string>): string {
  return query
    .split('&')
    .map((parameter) => {
      const [name = ''] = parameter.split('=', 1);
      return secrets.has(name.toLowerCase()) ? `${name}=${encodeURIComponent(REDACTED)}` : parameter;
    })
    .join('&');
}
