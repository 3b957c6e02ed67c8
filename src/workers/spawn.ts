import { type ChildProcess, spawn } from 'node:child_process';
import { OutputGate } from '../core/output-gate.js';
import type { LaunchCommand } from '../runtimes/runtime.js';
import { killGroup, killTree } from './process-tree.js';

/** How a worker process ended; `error` if it could not even be started. */
export interface Ending {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly error: Error | undefined;
}

export interface ProcessWatcher {
  /** A line the process printed; never longer than `maxLineBytes` and a remark about the rest. */
  onLine(stream: 'stdout' | 'stderr', line: string): void;
  /** Called once, when the process is no more. */
  onExit(ending: Ending): void;
  /** Called once, after `onExit`, when its last words are read too, or after a short wait if somebody holds its pipes. */
  onClosed(): void;
}

/** What is read of a worker's stdout and stderr. */
export interface OutputLimits {
  /** Longest line that is kept whole. */
  readonly maxLineBytes: number;
  /** Of each stream; what comes faster is left out. Default 1 MiB. */
  readonly outputBytesPerSec?: number;
}

export interface WorkerProcess {
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  /** Ends the process and all its descendants at once. */
  kill(): void;
}

/** How long pipes may stay open after the process has ended. */
const PIPES_MS = 1000;
const OUTPUT_BYTES_PER_SEC = 1024 * 1024;

/** Starts a worker in a process group of its own, so that a Ctrl-C for the server is not one for its workers. */
export function spawnWorker(
  command: LaunchCommand,
  limits: OutputLimits,
  watcher: ProcessWatcher,
): WorkerProcess {
  const child = spawn(command.file, [...command.args], {
    cwd: command.directory,
    env: command.environment as NodeJS.ProcessEnv,
    detached: process.platform !== 'win32',
    // Nothing is ever written to its stdin: its end tells a worker, however stuck, that the server has gone.
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  child.stdin?.on('error', () => {});
  readLines(child, 'stdout', limits, watcher);
  readLines(child, 'stderr', limits, watcher);
  watchEnd(child, watcher);
  let running = child.pid !== undefined;
  child.once('exit', () => {
    running = false;
  });
  return {
    pid: child.pid,
    kill() {
      // After its end the number may belong to somebody else.
      if (running && child.pid !== undefined) killTree(child.pid);
    },
  };
}

function readLines(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  { maxLineBytes, outputBytesPerSec = OUTPUT_BYTES_PER_SEC }: OutputLimits,
  watcher: ProcessWatcher,
): void {
  const pipe = child[stream];
  const onLine = (line: string): void => watcher.onLine(stream, line);
  const gate = new OutputGate({ maxLineBytes, bytesPerSec: outputBytesPerSec, onLine });
  const take = (chunk: Buffer): void => {
    const rest = gate.pushSome(chunk);
    // Between two pieces others have their turn.
    setImmediate(() => (rest.length > 0 ? take(rest) : pipe?.resume()));
  };
  pipe?.on('data', (chunk: Buffer) => {
    pipe.pause();
    take(chunk);
  });
  pipe?.on('end', () => gate.end());
  pipe?.on('error', () => {});
}

function watchEnd(child: ChildProcess, watcher: ProcessWatcher): void {
  let over = false;
  const exit = (ending: Ending): void => {
    if (over) return;
    over = true;
    // What the worker started must not outlive it; while any of that lives, nobody else can have the group's number.
    if (child.pid !== undefined) killGroup(child.pid);
    watcher.onExit(ending);
    awaitPipes(child, () => watcher.onClosed());
  };
  child.once('exit', (code, signal) =>
    exit({ exitCode: code ?? undefined, signal: signal ?? undefined, error: undefined }),
  );
  child.on('error', (error) => exit({ exitCode: undefined, signal: undefined, error }));
}

function awaitPipes(child: ChildProcess, onClosed: () => void): void {
  const close = (): void => {
    clearTimeout(timer);
    child.off('close', close);
    child.stdout?.destroy();
    child.stderr?.destroy();
    onClosed();
  };
  const timer = setTimeout(close, PIPES_MS);
  child.once('close', close);
}
