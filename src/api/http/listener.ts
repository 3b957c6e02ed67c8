import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Address } from '../../config/address.js';
import type { Clock } from '../../core/clock.js';
import { type ServeError, serveError } from '../../core/errors.js';
import type { EventHub } from '../../core/events.js';
import type { Log } from '../../core/log.js';
import { bind } from './bind.js';
import { readBody } from './body.js';
import type { Reply } from './call.js';
import { Connection, Exchange } from './exchange.js';
import type { Answerer } from './router.js';
import { writeReply } from './write.js';

export interface ListenerLimits {
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
  readonly keepAliveMs: number;
  /** For the head of a request to arrive. */
  readonly headersMs: number;
  /** For a whole request to arrive. */
  readonly requestMs: number;
}

export interface ListenerOptions {
  readonly address: Address;
  readonly limits: ListenerLimits;
  readonly answer: Answerer;
  /** The answer to anything thrown. */
  readonly encodeError: (thrown: unknown) => Reply;
  /** Names and values in turn, added to every answer that does not have them. */
  readonly extraHeaders: readonly string[];
  readonly hub: EventHub;
  readonly log: Log;
  readonly clock: Clock;
}

/** Starts to listen. Throws what the system says, such as an Error with the code EADDRINUSE. */
export async function listen(options: ListenerOptions): Promise<HttpListener> {
  const listener = new HttpListener(options);
  await listener.open();
  return listener;
}

/** One socket that takes requests, hands them on whole, and writes the answers. */
export class HttpListener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #connections = new WeakMap<Socket, Connection>();
  #port: number | undefined;
  #closing = false;

  /** Made by `listen`. */
  constructor(options: ListenerOptions) {
    const { keepAliveMs, headersMs, requestMs, maxConnections } = options.limits;
    this.#options = options;
    this.#server = createServer({
      // TorchServe takes requests without a Host header.
      requireHostHeader: false,
      noDelay: true,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: Math.min(headersMs, requestMs),
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(headersMs, 5000),
    });
    this.#server.maxConnections = maxConnections;
    this.#server.on('connection', (socket) => this.#meet(socket));
    this.#server.on('request', (request, response) => this.#receive(request, response));
    this.#server.on('checkContinue', (request, response) => this.#receive(request, response, true));
    this.#server.on('clientError', (error, socket) => this.#refuse(error, socket as Socket));
  }

  /** The port it listens on, once it does; undefined on a Unix socket. */
  get port(): number | undefined {
    return this.#port;
  }

  async open(): Promise<void> {
    await bind(this.#server, this.#options.address);
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address ? address.port : undefined;
    this.#server.on('error', (error) => this.#options.log.error(`A listener failed: ${error.message}`));
  }

  /** Takes no more connections; those that are open are closed behind their next answer. Resolves when none is left. */
  close(): Promise<void> {
    if (this.#closing) return Promise.resolve();
    this.#closing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    return closed;
  }

  /** Ends the connections that are left. */
  destroy(): void {
    this.#server.closeAllConnections();
  }

  #meet(socket: Socket): void {
    const connection = new Connection(socket);
    this.#connections.set(socket, connection);
    socket.once('close', () => connection.gone());
  }

  #receive(request: IncomingMessage, response: ServerResponse, expectsContinue = false): void {
    const connection = this.#connections.get(request.socket);
    if (!connection) return;
    const startedAt = this.#options.clock.now();
    connection.open += 1;
    readBody(
      request,
      this.#options.limits.maxBodyBytes,
      (pieces) => {
        if (!pieces) return refuseTooLarge(request, connection);
        this.#answer(new Exchange({ id: randomUUID(), request, response, connection, pieces, startedAt }));
      },
      expectsContinue ? () => response.writeContinue() : undefined,
    );
  }

  #answer(exchange: Exchange): void {
    let reply: Reply | Promise<Reply>;
    try {
      reply = this.#options.answer(exchange);
    } catch (thrown) {
      reply = this.#options.encodeError(thrown);
    }
    if (!(reply instanceof Promise)) this.#write(exchange, reply);
    else {
      reply.then(
        (late) => this.#write(exchange, late),
        (thrown) => this.#write(exchange, this.#options.encodeError(thrown)),
      );
    }
  }

  #write(exchange: Exchange, reply: Reply): void {
    const { extraHeaders, encodeError, log } = this.#options;
    const options = { requestId: exchange.id, extra: extraHeaders, close: this.#closing };
    try {
      const streaming = writeReply(exchange.response, reply, options);
      if (!streaming) this.#answered(exchange, reply.status);
      else {
        streaming
          .catch((broken) => {
            // A client that leaves is its own affair.
            if (!exchange.abandoned) log.warn(`The answer to ${exchange.id} broke off: ${String(broken)}`);
          })
          .finally(() => this.#answered(exchange, reply.status));
      }
    } catch (thrown) {
      // A head that HTTP cannot carry; nothing of it has been written.
      log.error(`The answer to request ${exchange.id} could not be written: ${String(thrown)}`);
      const other = encodeError(thrown);
      writeReply(exchange.response, other, options);
      this.#answered(exchange, other.status);
    }
  }

  #answered(exchange: Exchange, status: number): void {
    const { hub, clock } = this.#options;
    exchange.release();
    hub.emit('http.answered', exchange.facts(status, clock.now()));
  }

  /** What arrived is not HTTP, or not in time. */
  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    // Bytes of ours in the middle of another answer would pass for a part of it.
    if (!socket.writable || this.#connections.get(socket)?.open !== 0) {
      socket.destroy();
      return;
    }
    const { status, body } = this.#options.encodeError(errorOfClient(error));
    const text = String(body);
    socket.end(
      `HTTP/1.1 ${status} \r\ncontent-type: application/json\r\nconnection: close\r\n` +
        `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
  }
}

function errorOfClient(error: NodeJS.ErrnoException): ServeError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return serveError('HTTP_TOO_SLOW', {});
  if (error.code === 'HPE_HEADER_OVERFLOW') return serveError('HTTP_HEAD_TOO_LARGE', {});
  return serveError('HTTP_UNPARSABLE', {});
}

/** How long a client may go on sending what is thrown away, so that it gets to read why. */
const LINGER_MS = 2000;

/** TorchServe answers a body over the limit below everything else: no JSON, no request id, no line in the log. */
function refuseTooLarge(request: IncomingMessage, connection: Connection): void {
  const { socket } = request;
  if (connection.open > 1) {
    socket.destroy();
    return;
  }
  socket.end('HTTP/1.1 413 Request Entity Too Large\r\ncontent-length: 0\r\n\r\n');
  request.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
