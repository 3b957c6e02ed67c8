import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a test's server took it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly atMs: number;
}

export type Answer = { readonly status?: number; readonly body: string | Buffer } | 'hang up' | 'never';

export interface AnsweringServer {
  readonly url: string;
  readonly seen: Seen[];
  /** Requests that were under way at the same time, at most. */
  mostAtOnce: number;
  stop(): Promise<void>;
}

/** A server that answers each request as the test says. */
export async function startAnswering(answer: (seen: Seen) => Answer, delayMs = 0): Promise<AnsweringServer> {
  let atOnce = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    found.mostAtOnce = Math.max(found.mostAtOnce, ++atOnce);
    response.once('close', () => {
      atOnce -= 1;
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, path: url, headers, body: Buffer.concat(chunks), atMs: performance.now() };
      found.seen.push(seen);
      const given = answer(seen);
      if (given === 'never') return;
      setTimeout(() => {
        if (given === 'hang up') response.destroy();
        else response.writeHead(given.status ?? 200).end(given.body);
      }, delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const found: AnsweringServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    mostAtOnce: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return found;
}
