import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serveError } from '../../core/errors.js';
import type { CannonDemand, CannonOrder, CannonReport } from './cannon-messages.js';
import type { Phase } from './phase.js';

/** Always the compiled program, also when the sources run. */
const PROGRAM = fileURLToPath(new URL('../../../dist/bench/load/cannon-main.js', import.meta.url));
/** Beyond warm-up and duration: start of the process, the last answers, the sums. */
const SPARE_MS = 30_000;

export interface CannonOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (seconds: number, asked: number) => void;
}

/**
 * Loads a model for a time from a process of its own. Interrupted, it gives what was measured until then; undefined when
 * that is nothing. Throws BENCH_LOAD_PROCESS.
 */
export async function runCannon(order: CannonOrder, options: CannonOptions): Promise<Phase | undefined> {
  if (options.signal.aborted) return undefined;
  const child = fork(PROGRAM, [], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stop = () => child.connected && child.send({ kind: 'stop' } satisfies CannonDemand);
  options.signal.addEventListener('abort', stop);
  // A number of requests has no time to be over at; each of them has, and many failed in a row end it.
  const limitMs = (order.warmupSec + order.durationSec) * 1000 + order.timeoutMs + SPARE_MS;
  const timer = order.requests === undefined && setTimeout(() => child.kill('SIGKILL'), limitMs);
  try {
    child.send({ kind: 'fire', order } satisfies CannonDemand);
    const phase = await result(child, options);
    return options.signal.aborted && phase.asked === 0 ? undefined : phase;
  } finally {
    if (timer) clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
    child.kill('SIGKILL');
  }
}

function result(child: ChildProcess, options: CannonOptions): Promise<Phase> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (reason: string) => reject(serveError('BENCH_LOAD_PROCESS', { reason }));
    child.stderr?.on('data', (bytes: Buffer) => {
      printed = `${printed}${bytes}`.slice(-2000);
    });
    child.on('message', (message: CannonReport) => {
      if (message.kind === 'progress') options.onProgress(message.seconds, message.asked);
      else if (message.kind === 'result') resolve(message.phase);
      else fail(message.reason);
    });
    child.once('error', (error) => fail(error.message));
    child.once('close', (code, signal) => fail(printed.trim() || `it ended with ${signal ?? code}`));
  });
}
