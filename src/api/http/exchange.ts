import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpExchange } from '../../core/events.js';
import type { Job } from '../../core/job.js';
import { joined } from '../../core/pieces.js';
import type { Call } from './call.js';

/** One client connection, and what it is waiting for. */
export class Connection {
  /** As TorchServe writes it: `/127.0.0.1:53514`, or `127.0.0.1` on a Unix socket. */
  readonly remote: string;
  /** Requests that have begun and are not answered. */
  open = 0;
  /** Nearly always one; a set only for clients that send ahead. */
  #job: Job | undefined;
  #others: Set<Job> | undefined;
  #gone = false;

  constructor({ remoteAddress, remotePort, remoteFamily }: Socket) {
    const host = remoteFamily === 'IPv6' ? `[${remoteAddress}]` : remoteAddress;
    this.remote = remoteAddress === undefined ? '127.0.0.1' : `/${host}:${remotePort}`;
  }

  /** True once the client has closed it. */
  get ended(): boolean {
    return this.#gone;
  }

  add(job: Job): void {
    if (this.#gone) job.cancel();
    else if (!this.#job) this.#job = job;
    else {
      this.#others ??= new Set();
      this.#others.add(job);
    }
  }

  delete(job: Job): void {
    if (this.#job === job) this.#job = undefined;
    else this.#others?.delete(job);
  }

  /** The client has closed it: nobody waits for these jobs any more. */
  gone(): void {
    this.#gone = true;
    this.#job?.cancel();
    for (const job of this.#others ?? []) job.cancel();
    this.#job = undefined;
    this.#others = undefined;
  }
}

export interface ExchangeParts {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  /** Of the body, as they came. */
  readonly pieces: readonly Buffer[];
  /** Monotonic time at which the head had arrived, ms. */
  readonly startedAt: number;
}

/** One request on its connection, from its last byte to its answer. */
export class Exchange implements Call {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly pieces: readonly Buffer[];
  readonly response: ServerResponse;
  readonly #request: IncomingMessage;
  readonly #connection: Connection;
  readonly #startedAt: number;
  #body: Buffer | undefined;
  #job: Job | undefined;

  constructor({ id, request, response, connection, pieces, startedAt }: ExchangeParts) {
    const { url = '/', method = 'GET' } = request;
    const mark = url.indexOf('?');
    this.id = id;
    this.method = method;
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = mark < 0 ? '' : url.slice(mark + 1);
    this.pieces = pieces;
    this.response = response;
    this.#request = request;
    this.#connection = connection;
    this.#startedAt = startedAt;
  }

  get body(): Buffer {
    this.#body ??= joined(this.pieces);
    return this.#body;
  }

  get rawHeaders(): readonly string[] {
    return this.#request.rawHeaders;
  }

  get contentType(): string {
    return this.#request.headers['content-type'] ?? '';
  }

  bind(job: Job): void {
    this.#job = job;
    this.#connection.add(job);
  }

  /** True once nobody can take the answer any more. */
  get abandoned(): boolean {
    return this.#connection.ended;
  }

  /** Lets go of the connection: the answer is written, or can no longer be. */
  release(): void {
    this.#connection.open -= 1;
    if (this.#job) this.#connection.delete(this.#job);
  }

  /** For the access log; `now` is monotonic, ms. */
  facts(status: number, now: number): HttpExchange {
    return {
      remote: this.#connection.remote,
      method: this.method,
      uri: this.#request.url ?? '/',
      protocol: `HTTP/${this.#request.httpVersion}`,
      status,
      durationMs: now - this.#startedAt,
    };
  }
}
