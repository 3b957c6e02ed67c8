import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model of a test answers, and whether the connection ends behind it; undefined leaves the request open. */
export type AnswerTo = (
  body: Buffer,
  index: number,
) => { status?: number; text: string; close?: boolean } | undefined;

export interface ModelServer {
  /** Base address of both APIs. */
  readonly origin: string;
  /** Every body the model was asked with, in order. */
  readonly bodies: Buffer[];
  /** Paths of the same requests. */
  readonly paths: string[];
  /** Content types of the same requests. */
  readonly contentTypes: (string | undefined)[];
  /** Every `min_worker` the model was scaled to, in order. */
  readonly scaledTo: number[];
  /** Requests that were under way at the same time, at most. */
  mostAtOnce: number;
  /** Set to answer scaling with this instead. */
  refuseScaling: { status: number; body: string } | undefined;
  stop(): Promise<void>;
}

export interface ModelServerOptions {
  readonly models?: readonly string[];
  readonly answer?: AnswerTo;
  readonly delayMs?: number;
}

const echo: AnswerTo = (body) => ({ text: String(body) });

/** A small server with TorchServe's API over one address, whose model answers as the test says. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { models = ['echo'], answer = echo, delayMs = 0 } = options;
  let atOnce = 0;
  let counts = { min: 1, max: 1 };
  const server = createServer((request, response) => {
    if (/^\/(predictions|v2\/models)\//.test(request.url ?? '')) predict(request, response);
    else manage(request, response);
  });
  const predict = (request: IncomingMessage, response: ServerResponse) => {
    found.mostAtOnce = Math.max(found.mostAtOnce, ++atOnce);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      found.paths.push(request.url ?? '');
      const index = found.bodies.push(Buffer.concat(chunks)) - 1;
      found.contentTypes.push(request.headers['content-type']);
      const given = answer(Buffer.concat(chunks), index);
      setTimeout(() => {
        atOnce -= 1;
        const headers = given?.close ? { connection: 'close' } : {};
        if (given) response.writeHead(given.status ?? 200, headers).end(given.text);
      }, delayMs);
    });
  };
  const manage = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://server');
    const model = url.pathname.split('/')[2];
    const json = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (model === undefined) json(200, { models: models.map((modelName) => ({ modelName })) });
    else if (!models.includes(model)) json(404, { code: 404, message: `Model not found: ${model}` });
    else if (request.method === 'PUT' && found.refuseScaling)
      response.writeHead(found.refuseScaling.status).end(found.refuseScaling.body);
    else if (request.method === 'PUT') {
      counts = {
        min: Number(url.searchParams.get('min_worker')),
        max: Number(url.searchParams.get('max_worker')),
      };
      found.scaledTo.push(counts.min);
      json(200, { status: 'Workers scaled' });
    } else {
      const workers = Array.from({ length: counts.min }, () => ({ status: 'READY' }));
      json(200, [{ minWorkers: counts.min, maxWorkers: counts.max, workers }]);
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const found: ModelServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies: [],
    paths: [],
    contentTypes: [],
    scaledTo: [],
    mostAtOnce: 0,
    refuseScaling: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return found;
}
