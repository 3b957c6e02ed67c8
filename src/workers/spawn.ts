import { type ChildProcess, spawn } from 'node:child_process';
import { LineSplitter } from '../core/output.js';
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

export interface WorkerProcess {
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  /** Ends the process and all its descendants at once. */
  kill(): void;
}

/** How long pipes may stay open after the process has ended. */
const PIPES_MS = 1000;

/** Starts a worker in a process group of its own, so that a Ctrl-C for the server is not one for its workers. */
export function spawnWorker(
  command: LaunchCommand,
  maxLineBytes: number,
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
  readLines(child, 'stdout', maxLineBytes, watcher);
  readLines(child, 'stderr', maxLineBytes, watcher);
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
  maxLineBytes: number,
  watcher: ProcessWatcher,
): void {
  const splitter = new LineSplitter(maxLineBytes, (line) => watcher.onLine(stream, line));
  child[stream]?.on('data', (chunk: Buffer) => splitter.push(chunk));
  child[stream]?.on('end', () => splitter.end());
  child[stream]?.on('error', () => {});
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
