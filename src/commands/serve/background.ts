import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveError } from '../../core/errors.js';
import { pidFilePath, readPidFile, removePidFile, writePidFile } from '../../server/pid-file.js';
import { isServerProcess } from '../../server/processes.js';
import type { ServeOptions } from './options.js';

/** TorchServe's. */
const STOP_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** What the server in the background says over its channel once it can be asked. */
export const STARTED = 'started';

/**
 * Starts the server as a process of its own that keeps this terminal's output, and returns when it can be asked.
 * TorchServe returns at once; its scripts then wait for an address that here is already open.
 *
 * @throws ServeError ALREADY_RUNNING, BACKGROUND_FAILED
 */
export async function startInBackground({ argv, root }: ServeOptions, tempFolder: string): Promise<number> {
  const path = pidFilePath(tempFolder);
  const found = readPidFile(path);
  if (found.state === 'running') throw serveError('ALREADY_RUNNING', { pid: found.pid });
  const args = [join(root, 'bin', 'ts.js'), 'serve', ...argv, '--foreground'];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await started(child);
  writePidFile(path, child.pid ?? 0);
  child.disconnect();
  child.unref();
  return 0;
}

/** What went wrong the server has told on stderr itself. */
function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('error', (error) =>
      reject(serveError('BACKGROUND_FAILED', { reason: error.message }, { cause: error })),
    );
    child.once('exit', (code, signal) =>
      reject(serveError('BACKGROUND_FAILED', { reason: `it ended with ${signal ?? code}` })),
    );
  });
}

/** Asks the server that runs to end, and waits for it; with `quiet` nothing is said about success. */
export async function stopServer(tempFolder: string, quiet: boolean): Promise<number> {
  const path = pidFilePath(tempFolder);
  const found = readPidFile(path);
  if (found.state === 'none') say('TorchServe is not currently running.');
  if (found.state === 'stale') {
    say('Removing orphan pid file.');
    say('TorchServe already stopped.');
    removePidFile(path);
  }
  if (found.state !== 'running') return 0;
  process.kill(found.pid, 'SIGTERM');
  if (!(await hasEnded(found.pid, STOP_LIMIT_MS))) {
    say('Stopping TorchServe took too long.');
    return 1;
  }
  removePidFile(path);
  if (!quiet) say('TorchServe has stopped.');
  return 0;
}

async function hasEnded(pid: number, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += LOOK_EVERY_MS) {
    // One that ended and whose parent has not looked yet still has its number, but no command line.
    if (!isAlive(pid) || !isServerProcess(pid)) return true;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
