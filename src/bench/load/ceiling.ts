import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serveError } from '../../core/errors.js';
import type { CheckedQuestion } from '../question.js';
import { runCannon } from './cannon.js';

export interface CeilingOptions {
  readonly questions: readonly CheckedQuestion[];
  /** What the server that does nothing answers: as large as the real answers. */
  readonly answer: Buffer;
  readonly connections: number;
  /** Whether the load keeps a rate; then the generator that does is measured, as fast as it can. */
  readonly atRate: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const PROGRAM = fileURLToPath(new URL('../../../dist/bench/load/idle-main.js', import.meta.url));
const DURATION_SEC = 1;
const WARMUP_SEC = 0.3;
const START_LIMIT_MS = 10_000;

/**
 * What the generator itself can send, requests per second: the same questions over as many connections to a server in a
 * process of its own that does nothing. Undefined when it was interrupted. Throws BENCH_LOAD_PROCESS.
 */
export async function measureCeiling(options: CeilingOptions): Promise<number | undefined> {
  const { answer, connections, atRate, timeoutMs, signal } = options;
  if (signal.aborted) return undefined;
  const child = fork(PROGRAM, [], { execArgv: [], serialization: 'advanced', stdio: 'ignore' });
  try {
    const address = addressOf(child);
    child.send({ body: answer });
    const expectation = { kind: 'answer', text: answer.toString(), tolerance: 0 } as const;
    const questions = options.questions.map((question) => ({ ...question, expectation }));
    const order = { questions, connections, timeoutMs, durationSec: DURATION_SEC, warmupSec: WARMUP_SEC };
    const rate = atRate ? { ratePerSecond: Number.POSITIVE_INFINITY } : {};
    const phase = await runCannon(
      { ...order, ...rate, url: `${await address}/predictions/idle` },
      { signal, onProgress: () => {} },
    );
    if (signal.aborted || !phase || phase.failed > 0) return undefined;
    return phase.latency.count / phase.seconds;
  } finally {
    child.kill('SIGKILL');
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(serveError('BENCH_LOAD_PROCESS', { reason }));
    const timer = setTimeout(() => fail('its idle server did not start'), START_LIMIT_MS);
    child.once('message', (message: { readonly origin?: string; readonly reason?: string }) => {
      clearTimeout(timer);
      if (message.origin === undefined) fail(message.reason ?? 'its idle server failed');
      else resolve(message.origin);
    });
    child.once('error', (error) => fail(error.message));
  });
}
