import { Agent, request } from 'node:http';
import type { Question } from '../question.js';
import { collect } from './collect.js';

/** One answer, whatever its status. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly bytes: Buffer;
  /** From the moment the request was made to the last byte of the answer. */
  readonly ms: number;
}

/** Asks one model over kept-open connections. */
export interface Client {
  /** Throws an Error that says what happened when there is no whole answer in time. */
  ask(question: Question): Promise<Reply>;
  close(): void;
}

export interface ClientOptions {
  /** Where the model is asked, such as `http://127.0.0.1:8080/predictions/digits`. */
  readonly url: string;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export function createClient(options: ClientOptions): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  return {
    ask: (question) => ask(question, agent, options),
    close: () => agent.destroy(),
  };
}

function ask(question: Question, agent: Agent, { url, timeoutMs, signal }: ClientOptions): Promise<Reply> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent,
      method: 'POST',
      headers: { 'content-type': question.contentType, 'content-length': question.body.length },
      signal,
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
      sent.destroy();
    };
    const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    sent.once('error', fail);
    sent.once('response', (response) => {
      const { statusCode: status = 0 } = response;
      collect(response, fail, (bytes) => {
        clearTimeout(timer);
        resolve({ status, text: bytes.toString(), bytes, ms: performance.now() - started });
      });
    });
    sent.end(question.body);
  });
}
