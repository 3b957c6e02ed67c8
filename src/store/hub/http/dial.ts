import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { MAX_HEAD_BYTES, parseHead } from './head.js';
import { proxyAuthorization } from './proxy.js';

export interface DialOptions {
  /** The server that is wanted; only scheme, host and port count. */
  readonly origin: URL;
  /** Goes through it when given: by CONNECT for https, else by naming the whole address in the request. */
  readonly proxy: URL | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Where bytes arrive: other connections may use it too, since `onBytes` is done with them before the next come. */
  readonly buffer: Buffer;
  /** Gets every byte that arrives, in a buffer that is overwritten afterwards. */
  readonly onBytes: (piece: Buffer) => void;
}

/** Opens a connection to a server. Throws an Error that says why there is none. */
export async function dial(options: DialOptions): Promise<Socket> {
  const { origin, proxy, signal } = options;
  signal.throwIfAborted();
  if (!proxy) return connected(await open(origin, reader(options)), options);
  if (origin.protocol === 'http:') return connected(await open(proxy, reader(options)), options);
  const tunnel = await connected(await open(proxy), options);
  await openTunnel(tunnel, options);
  const { connect } = await import('node:tls');
  const secured = connect({ socket: tunnel, ...securityOf(origin) });
  secured.on('data', options.onBytes);
  return connected(secured, options);
}

async function open({ protocol, hostname, port }: URL, onread?: OnReadOpts): Promise<Socket> {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return connectPlain({ host, port: Number(port || 80), onread });
  const { connect } = await import('node:tls');
  // Node hands `onread` on to the socket beneath, though its types do not list it here.
  const options = { host, port: Number(port || 443), onread, ...securityOf({ hostname }) };
  return connect(options);
}

/** Node's streams allocate 64 KiB for every read, which costs more processor time than receiving. */
function reader({ buffer, onBytes }: DialOptions): OnReadOpts {
  return {
    buffer,
    callback(lengthBytes) {
      onBytes(buffer.subarray(0, lengthBytes));
      return true;
    },
  };
}

function securityOf({ hostname }: Pick<URL, 'hostname'>): { servername: string; ALPNProtocols: string[] } {
  const host = hostname.replace(/^\[|\]$/g, '');
  // Addresses must not be sent as a name.
  return { servername: isIP(host) ? '' : host, ALPNProtocols: ['http/1.1'] };
}

/** Waits until a socket is open (and secured), within the time limit. */
async function connected(socket: Socket, { origin, timeoutMs, signal }: DialOptions): Promise<Socket> {
  // Whoever uses the socket listens, too; this one keeps an error in between from ending the process.
  socket.on('error', () => undefined);
  socket.setNoDelay(true);
  if (!socket.connecting && !('encrypted' in socket)) return socket;
  const wait = new Wait(socket, timeoutMs, `no connection within ${timeoutMs} ms`);
  const abort = () => wait.fail(new Error('interrupted'));
  signal.addEventListener('abort', abort, { once: true });
  wait.on('encrypted' in socket ? 'secureConnect' : 'connect', () => wait.settle());
  wait.on('close', () => wait.fail(new Error(`${origin.host} closed the connection`)));
  try {
    await wait.promise;
    return socket;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Asks a proxy for a way through to a server. */
async function openTunnel(socket: Socket, { origin, proxy, timeoutMs }: DialOptions): Promise<void> {
  const target = `${origin.hostname}:${origin.port || 443}`;
  const authorization = proxy && proxyAuthorization(proxy);
  const credentials = authorization ? `proxy-authorization: ${authorization}\r\n` : '';
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${credentials}\r\n`);
  const { status } = parseHead(await proxyHead(socket, timeoutMs));
  if (status >= 200 && status < 300) return;
  socket.destroy();
  throw new Error(`the proxy ${proxy?.host} answers ${status} when asked for ${target}`);
}

/** What a proxy sends up to the blank line; nothing follows before the client speaks again. */
async function proxyHead(socket: Socket, timeoutMs: number): Promise<string> {
  let text = '';
  const wait = new Wait(socket, timeoutMs, 'the proxy does not answer');
  wait.on('close', () => wait.fail(new Error('the proxy closed the connection')));
  wait.on('data', (piece) => {
    text += String(piece);
    if (text.includes('\r\n\r\n')) wait.settle();
    else if (text.length > MAX_HEAD_BYTES) wait.fail(new Error('the proxy does not answer in HTTP'));
  });
  await wait.promise;
  return text.slice(0, text.indexOf('\r\n\r\n'));
}

/** One thing that must happen to a socket in time. */
class Wait {
  readonly promise: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners: [string, (value: unknown) => void][] = [];

  constructor(
    private readonly socket: Socket,
    timeoutMs: number,
    tooLate: string,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = setTimeout(() => this.fail(new Error(tooLate)), timeoutMs);
    this.on('error', (error) => this.fail(error as Error));
  }

  on(event: string, listener: (value: unknown) => void): void {
    this.socket.on(event, listener);
    this.#listeners.push([event, listener]);
  }

  settle(): void {
    this.#stop();
    this.#resolve();
  }

  fail(error: Error): void {
    this.#stop();
    this.socket.destroy();
    this.#reject(error);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    for (const [event, listener] of this.#listeners) this.socket.removeListener(event, listener);
  }
}
