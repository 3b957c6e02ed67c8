import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isServerProcess } from './processes.js';

/** Where TorchServe keeps the number of its process, so that `--stop` finds it. */
export function pidFilePath(folder: string): string {
  return join(folder, '.model_server.pid');
}

export type PidFile =
  | { readonly state: 'none' }
  /** It names a process that is no server, or none at all. */
  | { readonly state: 'stale' }
  | { readonly state: 'running'; readonly pid: number };

/** What the file says, and whether it is still true. */
export function readPidFile(path: string): PidFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { state: 'none' };
  }
  const pid = Number(text.trim());
  return Number.isInteger(pid) && pid > 0 && isServerProcess(pid)
    ? { state: 'running', pid }
    : { state: 'stale' };
}

/** Writes the number of a process, in place of what was there. */
export function writePidFile(path: string, pid: number): void {
  writeFileSync(path, String(pid));
}

/** Removes the file; with a `pid` only if it still names that process. */
export function removePidFile(path: string, pid?: number): void {
  try {
    if (pid === undefined || readFileSync(path, 'utf8').trim() === String(pid)) rmSync(path, { force: true });
  } catch {
    // It is not there: what was wanted.
  }
}
