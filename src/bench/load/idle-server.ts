import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A server that answers every request with the same bytes and does nothing else. */
export interface IdleServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  close(): Promise<void>;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const CLOSE_LIMIT_MS = 1000;

/**
 * Listens on a free port of 127.0.0.1 and answers every HTTP/1.1 request with `body`. It counts off heads and bodies of
 * known length and looks at nothing else, so that it costs far less than the generator it is for.
 */
export async function startIdleServer(body: Buffer): Promise<IdleServer> {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: ${body.length}\r\n\r\n`;
  const answer = Buffer.concat([Buffer.from(head), body]);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const readRequests = createReader();
    socket.on('data', (bytes: Buffer) => {
      for (let ended = readRequests(bytes); ended > 0; ended -= 1) socket.write(answer);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, close: () => close(server, sockets) };
}

/** Takes what comes over one connection; gives how many requests ended with it. */
function createReader(): (bytes: Buffer) => number {
  let rest = Buffer.alloc(0);
  let bodyBytes = 0;
  return (bytes) => {
    rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
    let ended = 0;
    for (;;) {
      if (bodyBytes > 0) {
        const taken = Math.min(bodyBytes, rest.length);
        bodyBytes -= taken;
        rest = rest.subarray(taken);
        if (bodyBytes > 0) return ended;
        ended += 1;
      }
      const end = rest.indexOf(HEAD_END);
      if (end < 0) return ended;
      bodyBytes = Number(/content-length: *(\d+)/i.exec(rest.toString('latin1', 0, end))?.[1] ?? 0);
      rest = rest.subarray(end + HEAD_END.length);
      if (bodyBytes === 0) ended += 1;
    }
  };
}

async function close(server: Server, sockets: Iterable<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await Promise.race([closed, pause(CLOSE_LIMIT_MS, undefined, { ref: false })]);
}
