import { createHash, randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** `part` becomes the archive when it is whole; `old` is what it replaces, for the moment between two renames. */
type Purpose = 'part' | 'old';

const NAME = /^\.(.+)\.([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{8}\.(part|old)$/;

/** A hidden name beside the final one, so that the last rename stays on one file system; it tells who made it. */
export function temporaryPath(finalPath: string, purpose: Purpose): string {
  return join(dirname(finalPath), `.${basename(finalPath)}.${uniqueMark()}.${purpose}`);
}

/** What a process puts in the names of its unfinished files: `machine-process-start`. */
export function makerMark(): string {
  return `${machine()}-${process.pid}-${processStartMs()}`;
}

/** The mark of this process and a random part, so that no two files get the same. */
export function uniqueMark(): string {
  return `${makerMark()}-${randomBytes(4).toString('hex')}`;
}

/** Whether the process that made a mark is surely gone: it ran on this machine, and does not any more. */
export function isMakerGone(mark: string): boolean {
  const [madeOn, pid, startMs] = mark.split('-');
  return madeOn === machine() && !isAlive(Number(pid), Number(startMs));
}

/**
 * Clears away what killed processes of this machine left in a folder. Something that was to be replaced, but whose
 * replacement never came, gets its name back.
 */
export async function clearStale(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names) {
    const [, finalName, madeOn, pid, startMs, purpose] = NAME.exec(name) ?? [];
    if (finalName === undefined || madeOn !== machine() || isAlive(Number(pid), Number(startMs))) continue;
    const path = join(folder, name);
    if (purpose === 'old' && !names.includes(finalName)) await rename(path, join(folder, finalName));
    else await rm(path, { recursive: true, force: true });
  }
}

/** Containers give every run the same process number; the start time tells this process from its namesakes. */
function isAlive(pid: number, startMs: number): boolean {
  if (pid === process.pid) return startMs === processStartMs();
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function processStartMs(): number {
  return Math.floor(performance.timeOrigin);
}

function machine(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}
