import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './folders.js';

/** Lets go of a lock. The file stays, as Python's library leaves it. */
export type Release = () => Promise<void>;

export interface LockOptions {
  readonly path: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** `O_EXLOCK` of macOS and the BSDs: opening waits for the lock. */
const OPEN_LOCKED = 0x20;
const RETRY_MS = 200;

/**
 * Waits for the lock that Python's library takes while it downloads a file (`flock`), so that nothing is fetched twice.
 * Node cannot lock files; on Linux the program `flock` does it on our open file, which keeps the lock until it is closed,
 * however this process ends. Undefined when the time is over. Where nothing can lock, the lock is taken for granted:
 * partial files are never shared, so that it only saves work.
 */
export async function lockFile(options: LockOptions): Promise<Release | undefined> {
  makeFolder(dirname(options.path));
  if (process.platform === 'darwin') return lockByOpening(options);
  const file = await open(options.path, 'a', 0o664);
  const locked = process.platform === 'linux' ? await flock(file, options) : true;
  if (locked) return () => file.close();
  await file.close();
  return undefined;
}

function flock(file: FileHandle, { timeoutMs, signal }: LockOptions): Promise<boolean> {
  const seconds = String(Math.max(1, Math.ceil(timeoutMs / 1000)));
  return new Promise((resolve) => {
    const child = spawn('flock', ['-x', '-w', seconds, '3'], {
      stdio: ['ignore', 'ignore', 'ignore', file.fd],
    });
    const stop = () => child.kill();
    signal.addEventListener('abort', stop, { once: true });
    // There is no such program, or it does not know these options (BusyBox has no -w).
    child.once('error', () => resolve(true));
    child.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      resolve(code !== 1 || signal.aborted);
    });
  });
}

async function lockByOpening({ path, timeoutMs, signal }: LockOptions): Promise<Release | undefined> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | OPEN_LOCKED;
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      const file = await open(path, flags, 0o664);
      return () => file.close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return async () => undefined;
      if (waitedMs >= timeoutMs) return undefined;
      if (signal.aborted) return async () => undefined;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
