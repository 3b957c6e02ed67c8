import { connect, type Socket } from 'node:net';
import { BusyLoop } from '../../core/busy-loop.js';
import { ServeError } from '../../core/errors.js';
import { FrameDecoder } from '../../wire/decode.js';
import { type Frame, type LoadHeader, PROTOCOL_VERSION } from '../../wire/frames.js';
import { SOCKET_VARIABLE, TOKEN_VARIABLE } from '../runtime.js';
import type { Loop } from './batch-loop.js';
import { loadModel, toFailure } from './load-model.js';
import { Outbox } from './outbox.js';

/** The server is the only peer and bounds its own frames; the prefix can say no more than this. */
const MAX_FRAME_BYTES = 2 ** 32 + 4;

/** A worker process: dials the server, loads one model, answers batches until the socket closes. */
function main(): void {
  guardProcess();
  let loop: Loop | undefined;
  const busyLoop = new BusyLoop();
  const take = (frame: Frame): void => {
    if (frame.type === 'LOAD')
      void answerLoad(frame.id, frame.header, outbox, socket).then((loaded) => (loop = loaded));
    else if (frame.type === 'BATCH') {
      ready(loop).add(frame.id, frame.header, frame.body);
      if (frame.header.pollUs) busyLoop.until(performance.now() + frame.header.pollUs / 1000);
    } else if (frame.type === 'CANCEL') loop?.cancel(frame.id, frame.header.jobs);
    else if (frame.type === 'BYE') leave(loop, socket);
    else end(1, `The server sent a ${frame.type} frame, which only workers send.`);
  };
  const landed = (count: number): boolean => {
    decoder.landed(count);
    loop?.run();
    return true;
  };
  const decoder = new FrameDecoder(MAX_FRAME_BYTES, take);
  const socket = connect({ ...serverAddress(), onread: { buffer: () => decoder.room(), callback: landed } });
  const outbox = new Outbox(socket);
  socket.on('connect', () => sayHello(outbox));
  // Without a server there is nobody to answer and nobody to stop us.
  socket.on('error', (error) => end(1, `The connection to the server broke: ${error.message}`));
  socket.on('close', () => end(0));
}

/** What user code does wrong must reach the log, and only what cannot be survived may end the worker. */
function guardProcess(): void {
  process.on('unhandledRejection', (reason) =>
    console.error('The handler left a promise rejected that nobody awaits:', reason),
  );
  process.on('uncaughtException', (error) => {
    console.error('The worker ends because of an error that nobody caught:', error);
    end(1);
  });
  // The server's log reader may go first; printing must not kill us.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  // Ctrl-C and service managers signal the whole group; the server drains and then tells us by BYE or by closing.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
}

function serverAddress(): { path: string } | { host: string; port: number } {
  const address = process.env[SOCKET_VARIABLE];
  if (!address) {
    end(2, `${SOCKET_VARIABLE} is not set: this program is started by the server, not by hand.`);
    return { path: '' };
  }
  const [, host = '', port] = /^(\[.+\]|[^/:]+):(\d+)$/.exec(address) ?? [];
  return port ? { host: host.replace(/^\[|\]$/g, ''), port: Number(port) } : { path: address };
}

function sayHello(outbox: Outbox): void {
  const token = process.env[TOKEN_VARIABLE] ?? '';
  // Nothing a handler starts needs them, and the token is good for one connection only.
  delete process.env[TOKEN_VARIABLE];
  outbox.put('HELLO', 0, { protocol: PROTOCOL_VERSION, token, pid: process.pid, rank: 0 });
  outbox.flush();
}

async function answerLoad(
  id: number,
  header: LoadHeader,
  outbox: Outbox,
  socket: Socket,
): Promise<Loop | undefined> {
  try {
    const loop = await loadModel(header, outbox);
    outbox.put('READY', id, { credits: loop.firstCredits });
    outbox.flush();
    return loop;
  } catch (thrown) {
    // An error of ours says all in its message, which the server tells; of others the log wants to know the place.
    if (!(thrown instanceof ServeError)) console.error('Loading the model failed:', thrown);
    outbox.put('FAILED', id, toFailure(thrown));
    outbox.flush();
    socket.end(() => end(1));
    return undefined;
  }
}

function ready(loop: Loop | undefined): Loop {
  if (!loop) throw new Error('The server sent a batch before the model was loaded.');
  return loop;
}

function leave(loop: Loop | undefined, socket: Socket): void {
  const close = () => socket.end(() => end(0));
  if (loop) loop.whenIdle(close);
  else close();
}

function end(status: number, message?: string): void {
  if (message) console.error(message);
  process.exit(status);
}

main();
