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
  /** How often it was sent again, see `ask`. */
  readonly reconnects: number;
}

/** Asks one model over kept-open connections. */
export interface Client {
  /**
   * A request that goes out just when the server ends a connection that has been used, and has nothing of its answer, is
   * sent again. Throws an Error that says what happened when there is no whole answer in time.
   */
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

/** How the end of a connection is told to the request that was under way on it. */
const CUT = ['ECONNRESET', 'EPIPE'];

export function createClient(options: ClientOptions): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  return {
    ask: (question) => ask(question, agent, options),
    close: () => agent.destroy(),
  };
}

async function ask(question: Question, agent: Agent, options: ClientOptions): Promise<Reply> {
  const started = performance.now();
  const untilMs = started + options.timeoutMs;
  // Each turn leaves a used connection less, so that the next one may be new.
  for (let reconnects = 0; ; reconnects += 1) {
    const answer = await send(question, agent, untilMs, options);
    if (answer !== 'cut')
      return { ...answer, text: answer.bytes.toString(), ms: performance.now() - started, reconnects };
  }
}

function send(
  question: Question,
  agent: Agent,
  untilMs: number,
  { url, timeoutMs, signal }: ClientOptions,
): Promise<Pick<Reply, 'status' | 'bytes'> | 'cut'> {
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
    const tooLate = () => fail(new Error(`no answer within ${timeoutMs / 1000} s`));
    const timer = setTimeout(tooLate, untilMs - performance.now());
    let begun = false;
    sent.once('error', (error: NodeJS.ErrnoException) => {
      if (begun || !sent.reusedSocket || !CUT.includes(error.code ?? '')) return fail(error);
      clearTimeout(timer);
      resolve('cut');
    });
    sent.once('response', (response) => {
      begun = true;
      const { statusCode: status = 0 } = response;
      collect(response, fail, (bytes) => {
        clearTimeout(timer);
        resolve({ status, bytes });
      });
    });
    sent.end(question.body);
  });
}
