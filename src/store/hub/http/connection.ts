import type { Socket } from 'node:net';
import { type DialOptions, dial } from './dial.js';
import { type Framing, framingOf, type Sink } from './framing.js';
import { type AnswerHead, MAX_HEAD_BYTES, parseHead } from './head.js';

/** Decides by the head of an answer where its body goes. What it throws ends the connection and the exchange. */
export type Receive = (head: AnswerHead) => Sink;

interface Exchange {
  readonly receive: Receive;
  readonly resolve: (head: AnswerHead) => void;
  readonly reject: (error: unknown) => void;
  /** Bytes before the head was complete. */
  early: Buffer;
  body?: { readonly head: AnswerHead; readonly framing: Framing; readonly sink: Sink };
}

/** `idle` takes a request, `busy` waits for an answer, `closed` is of no more use. */
type State = 'idle' | 'busy' | 'closed';

/** A connection that carries requests one after another, without a body, and hands on the bytes of the answers. */
export class Connection {
  #state: State = 'idle';
  #exchange: Exchange | undefined;
  #answered = false;
  readonly #socket: Socket;

  /** Throws an Error that says why there is no connection. */
  static async open(options: Omit<DialOptions, 'onBytes'>): Promise<Connection> {
    let take: (piece: Buffer) => void = () => undefined;
    const socket = await dial({ ...options, onBytes: (piece) => take(piece) });
    const connection = new Connection(socket);
    take = (piece) => connection.#arrived(piece);
    return connection;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#ended());
    socket.on('timeout', () => this.#fail(new Error(`nothing came for ${socket.timeout} ms`)));
  }

  get state(): State {
    return this.#state;
  }

  /** Whether something of the answer to the present or last request has arrived. */
  get answered(): boolean {
    return this.#answered;
  }

  /**
   * Sends the head of a request and waits until the whole answer has been handed on. Throws what `receive` or its sink
   * threw, or an Error that says how the connection failed.
   */
  ask(head: string, idleTimeoutMs: number, receive: Receive): Promise<AnswerHead> {
    this.#state = 'busy';
    this.#answered = false;
    this.#socket.ref();
    this.#socket.setTimeout(idleTimeoutMs);
    return new Promise((resolve, reject) => {
      this.#exchange = { receive, resolve, reject, early: Buffer.alloc(0) };
      this.#socket.write(head);
    });
  }

  /** Ends the connection; an exchange under way fails with the reason. */
  close(reason: Error = new Error('the connection was closed')): void {
    this.#fail(reason);
  }

  #arrived(piece: Buffer): void {
    const exchange = this.#exchange;
    // Nothing was asked: such a server cannot be trusted with the next question.
    if (!exchange) {
      this.#fail(new Error('it sends without being asked'));
      return;
    }
    this.#answered = true;
    try {
      this.#take(exchange, piece);
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(exchange: Exchange, piece: Buffer): void {
    let rest = piece;
    if (!exchange.body) {
      const behind = this.#takeHead(exchange, piece);
      if (!behind) return;
      rest = behind;
    }
    const { body } = exchange;
    if (!body) return;
    const taken = body.framing.take(rest, body.sink);
    if (!body.framing.done) return;
    this.#settle(exchange, body.head, taken === rest.length);
  }

  /** The bytes behind the head, or undefined while it is not complete. */
  #takeHead(exchange: Exchange, piece: Buffer): Buffer | undefined {
    let bytes = exchange.early.length > 0 ? Buffer.concat([exchange.early, piece]) : piece;
    for (;;) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end === -1) {
        if (bytes.length > MAX_HEAD_BYTES) throw new Error('the head of its answer is too long');
        exchange.early = Buffer.from(bytes);
        return undefined;
      }
      const head = parseHead(bytes.toString('latin1', 0, end));
      bytes = bytes.subarray(end + 4);
      // 100 and its like are only announcements; the answer follows.
      if (head.status < 200) continue;
      exchange.body = { head, framing: framingOf(head), sink: exchange.receive(head) };
      return bytes;
    }
  }

  #settle(exchange: Exchange, head: AnswerHead, clean: boolean): void {
    this.#exchange = undefined;
    this.#socket.setTimeout(0);
    if (clean && head.keepAlive) {
      this.#state = 'idle';
      // An unused connection must not keep the process alive.
      this.#socket.unref();
    } else {
      this.#state = 'closed';
      this.#socket.destroy();
    }
    exchange.resolve(head);
  }

  #ended(): void {
    const exchange = this.#exchange;
    if (!exchange?.body) {
      this.#fail(new Error('the connection was closed without an answer'));
      return;
    }
    try {
      exchange.body.framing.end();
      this.#settle(exchange, exchange.body.head, false);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#state = 'closed';
    this.#socket.destroy();
    exchange?.reject(error);
  }
}
