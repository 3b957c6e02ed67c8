import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeRuntime } from '../../../src/runtimes/node/runtime.js';
import { FrameDecoder } from '../../../src/wire/decode.js';
import { encodeFrame } from '../../../src/wire/encode.js';
import type {
  BatchHeader,
  Frame,
  FrameHeaders,
  FrameType,
  LoadHeader,
  WireAnswer,
  WireJob,
} from '../../../src/wire/frames.js';

export interface WorkerOptions {
  readonly directory: string;
  readonly handler?: string;
  readonly modelConfig?: Readonly<Record<string, unknown>>;
  readonly manifest?: unknown;
  readonly load?: Partial<LoadHeader>;
  readonly environment?: Readonly<Record<string, string>>;
  /** How the worker dials; default `unix`. */
  readonly transport?: 'unix' | 'tcp';
}

export interface Ask {
  readonly body?: Buffer | string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly verb?: WireJob['verb'];
  /** Several parts in place of `body`. */
  readonly parts?: readonly { readonly name: string; readonly type: string; readonly bytes: Buffer }[];
}

export interface Told {
  readonly answer: WireAnswer;
  readonly body: Buffer;
}

type Waiting = (frame: Frame) => boolean;

/** The server's end of the wire, small: starts a real worker process and speaks frames with it. */
export class WorkerProcess {
  readonly process: ChildProcess;
  readonly frames: Frame[] = [];
  output = '';
  readonly exited: Promise<number | null>;
  readonly #folder: string;
  readonly #server: Server;
  readonly #waiting = new Set<Waiting>();
  #socket: Socket | undefined;
  #nextId = 1;

  /** Resolves when the worker has said HELLO. */
  static async start(options: WorkerOptions): Promise<WorkerProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'ts-worker-'));
    const server = createServer();
    const path = options.transport === 'tcp' ? undefined : join(folder, 'socket');
    await new Promise<void>((resolve) =>
      server.listen(path ? { path } : { port: 0, host: '127.0.0.1' }, resolve),
    );
    const worker = new WorkerProcess(options, folder, server);
    await worker.frame('HELLO');
    return worker;
  }

  /** Starts a worker and loads the model; rejects with the worker's words if it cannot. */
  static async load(options: WorkerOptions): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start(options);
    worker.send('LOAD', 0, loadHeader(options));
    const frame = await worker.next((each) => each.type === 'READY' || each.type === 'FAILED');
    if (frame.type !== 'FAILED') return worker;
    await worker.stop();
    throw new Error(`${frame.header.status} ${frame.header.message}`);
  }

  private constructor(options: WorkerOptions, folder: string, server: Server) {
    this.#folder = folder;
    this.#server = server;
    const decoder = new FrameDecoder(2 ** 32, (frame) => this.#take(frame));
    server.once('connection', (socket) => {
      this.#socket = socket;
      socket.on('data', (chunk: Buffer) => decoder.push(chunk));
      socket.on('error', () => {});
    });
    const { file, args, environment, directory } = nodeRuntime.command({
      directory: options.directory,
      handler: options.handler ?? '',
      device: { type: 'cpu' },
      threads: 1,
      socket: addressOf(server),
      token: 'secret',
      environment: { ...process.env, ...options.environment },
    });
    this.process = spawn(file, args, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.on('data', (text) => (this.output += text));
    this.process.stderr?.on('data', (text) => (this.output += text));
    this.exited = new Promise((resolve) => this.process.once('close', (code) => resolve(code)));
  }

  send<Type extends FrameType>(
    type: Type,
    id: number,
    header: FrameHeaders[Type],
    bodies?: readonly Buffer[],
  ): void {
    for (const piece of encodeFrame(type, id, header, bodies)) this.#socket?.write(piece);
  }

  sendRaw(bytes: Buffer): void {
    this.#socket?.write(bytes);
  }

  /** Sends a batch; returns its number. */
  sendBatch(asks: readonly Ask[], more: Pick<BatchHeader, 'pollUs'> = {}): number {
    const id = this.#nextId;
    this.#nextId += 1;
    const parts = asks.map(partsOf);
    const jobs = asks.map((ask, index) => ({
      id: `request-${id}-${index}`,
      verb: ask.verb ?? ('predict' as const),
      headers: ask.headers ?? {},
      parts: (parts[index] ?? []).map(({ name, type, bytes }) => ({ name, type, size: bytes.length })),
    }));
    this.send(
      'BATCH',
      id,
      { jobs, ...more },
      parts.flat().map((part) => part.bytes),
    );
    return id;
  }

  /** Sends a batch and waits for its answers. */
  async batch(asks: readonly Ask[]): Promise<readonly Told[]> {
    return splitAnswers(await this.done(this.sendBatch(asks)));
  }

  async ask(ask: Ask): Promise<Told> {
    const [told] = await this.batch([ask]);
    if (!told) throw new Error('no answer');
    return told;
  }

  async done(id: number): Promise<Extract<Frame, { type: 'DONE' }>> {
    return (await this.next((frame) => frame.type === 'DONE' && frame.id === id)) as Extract<
      Frame,
      { type: 'DONE' }
    >;
  }

  async frame(type: FrameType): Promise<Frame> {
    return this.next((frame) => frame.type === type);
  }

  /** The first frame, past or to come, that fits; rejects when the worker ends first. */
  async next(fits: (frame: Frame) => boolean): Promise<Frame> {
    const seen = this.frames.find(fits);
    if (seen) return seen;
    return new Promise((resolve, reject) => {
      const waiting = (frame: Frame) => {
        if (fits(frame)) resolve(frame);
        return fits(frame);
      };
      this.#waiting.add(waiting);
      void this.exited.then((code) => reject(new Error(`the worker ended (${code}): ${this.output}`)));
    });
  }

  /** Closes the connection and waits for the process to end by itself. */
  async stop(): Promise<number | null> {
    this.#socket?.destroy();
    const code = await this.exited;
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
    return code;
  }

  #take(frame: Frame): void {
    this.frames.push(frame);
    for (const waiting of this.#waiting) if (waiting(frame)) this.#waiting.delete(waiting);
  }
}

export function loadHeader(options: WorkerOptions): LoadHeader {
  return {
    model: 'test',
    version: '1.0',
    directory: options.directory,
    manifest: options.manifest ?? {},
    handler: options.handler ?? '',
    modelConfig: options.modelConfig ?? {},
    device: { type: 'cpu' },
    batchSize: 1,
    threads: 1,
    limitMaxImagePixels: true,
    decodeInput: true,
    maxResponseBytes: 6_553_500,
    continuousBatching: false,
    envelope: '',
    asyncCommunication: false,
    modelMetrics: [],
    ...options.load,
  };
}

function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === 'string' ? address : `127.0.0.1:${address?.port}`;
}

function partsOf(ask: Ask): readonly { name: string; type: string; bytes: Buffer }[] {
  if (ask.parts) return ask.parts;
  return [{ name: 'body', type: ask.type ?? '', bytes: Buffer.from(ask.body ?? '') }];
}

function splitAnswers(frame: Extract<Frame, { type: 'DONE' }>): readonly Told[] {
  let at = 0;
  return frame.header.answers.map((answer) => {
    const body = frame.body.subarray(at, at + answer.size);
    at += answer.size;
    return { answer, body };
  });
}
