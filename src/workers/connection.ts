import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, silentLog } from '../core/log.js';
import { type Frame, type HelloHeader, PROTOCOL_VERSION } from '../wire/frames.js';
import { type LinkListener, WorkerLink } from './link.js';

export interface ConnectionOptions {
  /**
   * Private folder of the caller, who removes it; made if it is not there. Default: one in the system's temporary folder
   * that goes with the socket.
   */
  readonly folder?: string;
  /** `tcp` (loopback) where there are no Unix sockets or their path would be too long. Default: chosen so. */
  readonly transport?: 'unix' | 'tcp';
  /** How long a connection may take to say HELLO. Default 10 s. */
  readonly helloMs?: number;
  readonly log?: Log;
}

/** What awaits the worker that dials in with a token. */
export interface Welcome {
  /** Longest frame the worker may send. */
  readonly maxFrameBytes: number;
  /** Connections that may be made with the token: one for each rank. Default 1. */
  readonly connections?: number;
  onHello(link: WorkerLink, hello: HelloHeader): void;
  /** The right token, but not a worker this server can talk to. */
  onRefused(reason: string): void;
}

export interface Expectation {
  /** Good for as many connections as the welcome says. */
  readonly token: string;
  cancel(): void;
}

/** Of the socket, in its folder. */
export const SOCKET_NAME = 'workers.sock';
/** The system's limit for the path of a Unix socket is 104 (macOS) or 108 (Linux) bytes. */
const MAX_PATH_BYTES = 100;
/** HELLO is the only frame a stranger can send. */
const MAX_HELLO_BYTES = 4096;
const MAX_STRANGERS = 256;
/** Listens where nobody does: what a connection that was refused still says is no news. */
const DEAF: LinkListener = { onFrame() {}, onClosed() {} };

/** Opens the one socket that all workers dial. */
export async function openConnections(options: ConnectionOptions = {}): Promise<WorkerConnections> {
  if (options.folder !== undefined) await mkdir(options.folder, { recursive: true, mode: 0o700 });
  // The system makes such a folder readable by nobody else (mode 0700).
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'ts-serve-')));
  const path = join(folder, SOCKET_NAME);
  const long = process.platform === 'win32' || Buffer.byteLength(path) > MAX_PATH_BYTES;
  const tcp = (options.transport ?? (long ? 'tcp' : 'unix')) === 'tcp';
  const server = createServer({ pauseOnConnect: true });
  if (tcp) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  return new WorkerConnections(server, folder, options);
}

/** Who may dial in, and what is said to those who may not. */
export class WorkerConnections {
  /** Path of the Unix socket, or `127.0.0.1:port`. */
  readonly address: string;
  readonly #server: Server;
  /** Undefined if somebody else removes it. */
  readonly #folder: string | undefined;
  readonly #helloMs: number;
  readonly #log: Log;
  readonly #expected = new Map<string, { readonly welcome: Welcome; left: number }>();
  readonly #links = new Set<WorkerLink>();
  #strangers = 0;

  /** Made by `openConnections`. */
  constructor(server: Server, folder: string, options: ConnectionOptions) {
    const address = server.address();
    this.address = typeof address === 'string' ? address : `127.0.0.1:${address?.port ?? 0}`;
    this.#server = server;
    this.#folder = options.folder === undefined ? folder : undefined;
    this.#helloMs = options.helloMs ?? 10_000;
    this.#log = options.log ?? silentLog;
    server.on('connection', (socket) => this.#meet(socket));
    server.on('error', (error) => this.#log.error(`The socket of the workers failed: ${error.message}`));
  }

  /** Makes a token for a worker about to be started. */
  expect(welcome: Welcome): Expectation {
    const token = randomBytes(32).toString('hex');
    this.#expected.set(token, { welcome, left: welcome.connections ?? 1 });
    return { token, cancel: () => this.#expected.delete(token) };
  }

  /** Ends all connections and removes the socket, with its folder unless that is the caller's. */
  async close(): Promise<void> {
    this.#expected.clear();
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const link of this.#links) link.destroy();
    await closed;
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  /** A stranger until HELLO shows the token of a worker that is expected. */
  #meet(accepted: Socket): void {
    if (this.#strangers >= MAX_STRANGERS) {
      accepted.destroy();
      return;
    }
    this.#strangers += 1;
    const settle = (): void => {
      clearTimeout(timer);
      this.#strangers -= 1;
      link.listen(DEAF);
    };
    const link = new WorkerLink(accepted, MAX_HELLO_BYTES, {
      onFrame: (frame) => {
        settle();
        this.#greet(link, frame);
      },
      onClosed: (fault = 'it went without a word') => {
        settle();
        this.#refuse(link, fault);
      },
    });
    const timer = setTimeout(() => {
      settle();
      this.#refuse(link, `it said nothing for ${this.#helloMs} ms`);
    }, this.#helloMs);
    this.#links.add(link);
    link.onceGone(() => this.#links.delete(link));
  }

  #greet(link: WorkerLink, frame: Frame): void {
    const hello = readHello(frame);
    if (typeof hello === 'string') {
      this.#refuse(link, hello);
      return;
    }
    const expected = this.#expected.get(hello.token);
    if (!expected) {
      this.#refuse(link, 'its token is not known');
      return;
    }
    const { welcome } = expected;
    expected.left -= 1;
    if (expected.left === 0) this.#expected.delete(hello.token);
    if (hello.protocol !== PROTOCOL_VERSION) {
      const reason = `it speaks version ${hello.protocol} of the worker protocol, this server ${PROTOCOL_VERSION}`;
      this.#refuse(link, reason);
      welcome.onRefused(reason);
      return;
    }
    link.maxFrameBytes = welcome.maxFrameBytes;
    welcome.onHello(link, hello);
  }

  #refuse(link: WorkerLink, reason: string): void {
    this.#log.warn(`Refused a connection to the socket of the workers: ${reason}.`);
    link.destroy();
  }
}

function readHello(frame: Frame): HelloHeader | string {
  if (frame.type !== 'HELLO') return 'its first frame is not HELLO';
  const { token, protocol } = (frame.header ?? {}) as Partial<HelloHeader>;
  if (typeof token !== 'string' || typeof protocol !== 'number') return 'its HELLO is malformed';
  return frame.header;
}
