import { Agent, request } from 'node:http';
import { collect } from '../load/collect.js';
import type { ReplayRequest } from './recording.js';

/** One answer, or why there was none. */
export type ReplayAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer }
  | { readonly kind: 'unanswered'; readonly reason: string };

/** Sends recorded requests to one server over kept-open connections. */
export interface Sender {
  /** Never throws: what goes wrong is an answer too. */
  send(recorded: ReplayRequest): Promise<ReplayAnswer>;
  close(): void;
}

export interface SenderOptions {
  /** Base address; recorded paths are put behind its own. */
  readonly url: string;
  readonly connections: number;
  readonly timeoutMs: number;
  /** In place of recorded ones of the same name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export function createSender(options: SenderOptions): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  return {
    send: (recorded) =>
      send(recorded, agent, options).catch((error: NodeJS.ErrnoException) => ({
        kind: 'unanswered',
        reason: options.signal.aborted ? 'interrupted' : error.message || error.code || 'unknown',
      })),
    close: () => agent.destroy(),
  };
}

function send(
  { method, path, headers, body }: ReplayRequest,
  agent: Agent,
  { url, timeoutMs, headers: given, signal }: SenderOptions,
): Promise<ReplayAnswer> {
  const { hostname, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({
      // An address in brackets is one of IPv6, which is looked up without them.
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port: port || 80,
      path: `${pathname.replace(/\/+$/, '')}${path}`,
      method,
      headers: { ...headers, ...given, ...lengthOf(method, body) },
      agent,
      signal,
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
      sent.destroy();
    };
    const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    sent.once('error', fail);
    sent.once('response', (response) =>
      collect(response, fail, (answer) => {
        clearTimeout(timer);
        resolve({ kind: 'answered', status: response.statusCode ?? 0, body: answer });
      }),
    );
    sent.end(body);
  });
}

function lengthOf(method: string, body: Buffer): Readonly<Record<string, string>> {
  if (body.length === 0 && (method === 'GET' || method === 'HEAD')) return {};
  return { 'content-length': String(body.length) };
}
