import { Connection, type Receive } from './connection.js';
import type { AnswerHead } from './head.js';
import { type ProxyFor, proxyAuthorization } from './proxy.js';

export interface ClientOptions {
  readonly proxyFor: ProxyFor;
  /** Time to connect, ms. */
  readonly connectTimeoutMs: number;
  /** Time in which something of an answer must arrive, ms. */
  readonly idleTimeoutMs: number;
  readonly userAgent: string;
}

export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly receive: Receive;
}

/**
 * So much is read and written at a time that the page cache takes it in large pieces and our own part costs little; with
 * 4 MiB the kernel looks long for such pieces. With 256 KiB a download takes 7 % more processor time.
 */
const READ_BUFFER_BYTES = 1024 * 1024;

/**
 * GET requests over HTTP/1.1, on connections that are kept for the next one. Made for large bodies: bytes are handed on
 * from one buffer, not copied.
 */
export class HttpClient {
  readonly #options: ClientOptions;
  readonly #idle = new Map<string, Connection[]>();
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /**
   * Asks for a URL and resolves when the whole body has been handed to what `receive` returned. Redirects are answers
   * like others. Throws what `receive` or its sink threw, or an Error that says how the connection failed.
   */
  async get(url: URL, options: GetOptions): Promise<AnswerHead> {
    options.signal.throwIfAborted();
    const kept = this.#takeIdle(url);
    if (kept) {
      try {
        return await this.#ask(kept, url, options);
      } catch (error) {
        // A server may close an unused connection at any moment; then the request never reached it.
        if (kept.answered || options.signal.aborted) throw error;
      }
    }
    const { proxyFor, connectTimeoutMs } = this.#options;
    const origin = new URL(url.origin);
    const connection = await Connection.open({
      origin,
      proxy: proxyFor(url),
      timeoutMs: connectTimeoutMs,
      buffer: this.#buffer,
      signal: options.signal,
    });
    return this.#ask(connection, url, options);
  }

  /** Ends the connections that are kept. */
  close(): void {
    for (const connection of [...this.#idle.values()].flat()) connection.close();
    this.#idle.clear();
  }

  async #ask(
    connection: Connection,
    url: URL,
    { headers, signal, receive }: GetOptions,
  ): Promise<AnswerHead> {
    const abort = () => connection.close(new Error('interrupted'));
    signal.addEventListener('abort', abort, { once: true });
    try {
      const head = this.#requestHead(url, headers ?? {});
      return await connection.ask(head, this.#options.idleTimeoutMs, receive);
    } finally {
      signal.removeEventListener('abort', abort);
      if (connection.state === 'idle') this.#keep(url, connection);
    }
  }

  #requestHead(url: URL, headers: Readonly<Record<string, string>>): string {
    const proxy = url.protocol === 'http:' ? this.#options.proxyFor(url) : undefined;
    const authorization = proxy && proxyAuthorization(proxy);
    const all = {
      host: url.host,
      'user-agent': this.#options.userAgent,
      accept: '*/*',
      'accept-encoding': 'identity',
      ...(authorization ? { 'proxy-authorization': authorization } : {}),
      ...headers,
    };
    const path = `${url.pathname}${url.search}`;
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, '')}\r\n`);
    return `GET ${proxy ? url.origin : ''}${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  }

  #takeIdle(url: URL): Connection | undefined {
    const list = this.#idle.get(url.origin) ?? [];
    for (let connection = list.pop(); connection; connection = list.pop())
      if (connection.state === 'idle') return connection;
    return undefined;
  }

  #keep(url: URL, connection: Connection): void {
    const list = this.#idle.get(url.origin) ?? [];
    list.push(connection);
    this.#idle.set(url.origin, list);
  }
}
