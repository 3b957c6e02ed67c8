import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { serveError } from '../../core/errors.js';
import type { Target } from './target.js';

/** A server that was started for the measurement. */
export interface OwnTarget extends Target {
  readonly kind: 'own';
  readonly management: string;
}

export interface OwnOptions {
  /** Archive, model folder or .onnx file. */
  readonly model: string;
  /** Workers at the start. */
  readonly workers: number;
  /** Threads each worker computes with. */
  readonly threads: number;
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** The line a ready server prints. */
interface Ready {
  readonly inference: string;
  readonly management: string;
  readonly metrics: string;
  readonly models: readonly { readonly name: string }[];
}

const PROGRAM = fileURLToPath(new URL('../../../bin/ts.js', import.meta.url));
/** A server that does not end by itself is killed after this. */
const STOP_TIMEOUT_MS = 40_000;
const MAX_PRINTED = 4000;

/**
 * Starts a server of our own with one model, on free ports and with its logs in a folder that goes with it. Throws
 * BENCH_MODEL_MISSING and BENCH_SERVER_FAILED.
 */
export async function startOwn(options: OwnOptions): Promise<OwnTarget> {
  const path = resolve(options.model);
  await access(path).catch(() => {
    throw serveError('BENCH_MODEL_MISSING', { path: options.model });
  });
  const folder = await mkdtemp(join(tmpdir(), 'ts-bench-'));
  const child = launch(path, folder, options);
  const end = async () => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ready = await readiness(child, options);
    return {
      kind: 'own',
      model: ready.models[0]?.name ?? '',
      inference: ready.inference,
      management: ready.management,
      metrics: ready.metrics,
      close: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function launch(path: string, folder: string, { workers, threads }: OwnOptions): ChildProcess {
  const addresses = ['inference', 'management', 'metrics'].flatMap((name) => [
    `--${name}-address`,
    'http://127.0.0.1:0',
  ]);
  const counts = ['--default-workers-per-model', String(workers), '--threads-per-worker', String(threads)];
  const metrics = ['--metrics-mode', 'prometheus'];
  return spawn(process.execPath, [PROGRAM, 'serve', path, '--json', ...addresses, ...counts, ...metrics], {
    cwd: folder,
    env: {
      ...process.env,
      TEMP: folder,
      LOG_LOCATION: join(folder, 'logs'),
      METRICS_LOCATION: join(folder, 'logs'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C in a terminal is for the measurement alone; it ends the server when it is done with it.
    detached: true,
  });
}

function readiness(child: ChildProcess, { model, startTimeoutMs, signal }: OwnOptions): Promise<Ready> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (what: string) => {
      const reason = [what, printed.trim()].filter(Boolean).join('\n');
      reject(signal.aborted ? signal.reason : serveError('BENCH_SERVER_FAILED', { path: model, reason }));
    };
    const timer = setTimeout(
      () => fail(`it was not ready within ${startTimeoutMs / 1000} s.`),
      startTimeoutMs,
    );
    child.stderr?.on('data', (bytes: Buffer) => {
      printed = `${printed}${bytes}`.slice(-MAX_PRINTED);
    });
    if (child.stdout) createInterface({ input: child.stdout }).once('line', (line) => settle(line));
    const settle = (line: string) => {
      clearTimeout(timer);
      const ready = parseReady(line);
      if (ready) resolve(ready);
      else fail(`it printed "${line}" instead of where it listens.`);
    };
    child.once('error', (error) => fail(error.message));
    child.once('close', (code, killed) => {
      clearTimeout(timer);
      fail(killed ? `it was ended by ${killed}.` : `it ended with exit code ${code}.`);
    });
    signal.addEventListener('abort', () => fail('interrupted'), { once: true });
  });
}

function parseReady(line: string): Ready | undefined {
  try {
    const ready = JSON.parse(line) as Ready;
    return typeof ready.inference === 'string' && typeof ready.management === 'string' ? ready : undefined;
  } catch {
    return undefined;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
