import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills a worker with everything it started: its process group and, where the system shows them, descendants that
 * left the group. Whoever is gone already is passed over.
 */
export function killTree(pid: number): void {
  const strays = descendants(pid);
  killGroup(pid);
  for (const stray of strays) kill(stray);
}

/** Kills what is left of the group of a worker that has ended. */
export function killGroup(pid: number): void {
  if (process.platform === 'win32') kill(pid);
  else kill(-pid);
}

/** Processes below `pid` at this moment, from Linux's /proc; empty on systems without it. */
export function descendants(pid: number): readonly number[] {
  const children = childrenOf(pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Whether somebody has stopped the process (SIGSTOP, a debugger); false where /proc does not tell. */
export function isStopped(pid: number): boolean {
  try {
    return /\) [tT] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Sends a signal; whoever is gone already is passed over. */
export function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone.
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  // One that has gone by itself is what was wanted.
  tell(pid, 'SIGKILL');
}
