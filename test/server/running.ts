import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveSettings } from '../../src/config/resolve.js';
import type { ModelToLoad } from '../../src/server/load.js';
import { type RunningServer, type StartOptions, startServer } from '../../src/server/start.js';

const HANDLERS = fileURLToPath(new URL('../conformance/rest/handlers/', import.meta.url));

/** A model folder to be written into the store. */
export interface TestModel {
  /** One of the handlers of the conformance cases, such as `reflect.mjs`. */
  readonly handler: string;
  readonly version?: string;
  /** Name in the manifest; the folder's unless given. */
  readonly name?: string;
  readonly runtime?: string;
  /** Text of model-config.yaml. */
  readonly config?: string;
}

export interface TestServerOptions {
  /** Folder name → model. */
  readonly models?: Readonly<Record<string, TestModel>>;
  /** Configuration keys, snake_case. */
  readonly keys?: Readonly<Record<string, string>>;
  /** In place of `load_models`. */
  readonly load?: readonly ModelToLoad[];
}

export interface TestServer {
  readonly server: RunningServer;
  readonly inference: string;
  readonly management: string;
  readonly metrics: string;
  /** Private folder of this server: `store`, `logs`, `temp`. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** A server of this process on free ports, with one worker per model and everything it writes in a private folder. */
export async function runServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ts-api-'));
  const store = join(folder, 'store');
  mkdirSync(store);
  mkdirSync(join(folder, 'temp'));
  for (const [name, model] of Object.entries(options.models ?? {})) writeModel(join(store, name), model);
  const flags = {
    inference_address: 'http://127.0.0.1:0',
    management_address: 'http://127.0.0.1:0',
    metrics_address: 'http://127.0.0.1:0',
    model_store: store,
    temp_folder: join(folder, 'temp'),
    log_location: join(folder, 'logs'),
    metrics_location: join(folder, 'logs'),
    default_workers_per_model: '1',
    enable_model_api: 'true',
    disable_system_metrics: 'true',
    number_of_gpu: '0',
    ...options.keys,
  };
  const resolved = resolveSettings({ flags, env: {}, cwd: folder });
  const env = { PATH: process.env.PATH };
  const start = { resolved, models: options.load ?? [], console: 'none', env } as const;
  const server = await startReady(start).catch((thrown) => {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  });
  const { inference = '', management = '', metrics = '' } = server.addresses;
  return {
    server,
    inference,
    management,
    metrics,
    folder,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startReady(options: StartOptions): Promise<RunningServer> {
  const server = await startServer(options);
  await server.ready();
  return server;
}

/** Writes a model as a `no-archive` folder. */
export function writeModel(folder: string, model: TestModel): void {
  const name = model.name ?? folder.split('/').at(-1) ?? '';
  mkdirSync(join(folder, 'MAR-INF'), { recursive: true });
  copyFileSync(join(HANDLERS, model.handler), join(folder, model.handler));
  if (model.config !== undefined) writeFileSync(join(folder, 'model-config.yaml'), model.config);
  const manifest = {
    createdOn: '01/01/2024 00:00:00',
    runtime: model.runtime ?? 'node',
    model: {
      modelName: name,
      handler: model.handler,
      modelVersion: model.version ?? '1.0',
      ...(model.config === undefined ? {} : { configFile: 'model-config.yaml' }),
    },
    archiverVersion: '0.12.0',
  };
  writeFileSync(join(folder, 'MAR-INF', 'MANIFEST.json'), JSON.stringify(manifest));
}

/** An answer with its parsed body. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  // The shape is what a test is about to check.
  readonly body: Record<string, unknown> & { readonly [index: number]: Record<string, unknown> };
}

export async function askJson(url: string, init: RequestInit = {}): Promise<JsonAnswer> {
  const response = await fetch(url, init);
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as JsonAnswer['body'],
  };
}

/** Sends bytes to a server and gives what comes back until it closes the connection or is silent for `quietMs`. */
export function sendRaw(
  address: string,
  text: string,
  quietMs = 300,
): Promise<{ text: string; closed: boolean }> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let received = '';
    let timer = setTimeout(() => done(false), quietMs);
    const done = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text: received, closed });
    };
    socket.on('data', (piece) => {
      received += piece.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(() => done(false), quietMs);
    });
    socket.on('end', () => done(true));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? done(true) : reject(error),
    );
  });
}
