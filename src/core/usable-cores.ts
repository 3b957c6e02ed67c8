import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

const CONTROL_GROUPS = '/sys/fs/cgroup';

export interface CoreSources {
  /** Content of a file of the system; undefined if there is none. */
  readonly read: (path: string) => string | undefined;
  /** Cores that this process may be scheduled on. */
  readonly scheduled: number;
}

/**
 * How many cores this process can use: those it may run on, and no more than a container's CPU limit lets it have,
 * rounded up, as the JVM under TorchServe counts them. At least 1. Node.js itself reads the limit only in newer releases.
 */
export function usableCores({ read, scheduled }: CoreSources = system()): number {
  const quotas = groupFolders(read).flatMap((folder) => quotaOf(folder, read) ?? []);
  return Math.max(1, Math.min(scheduled, ...quotas.map(Math.ceil)));
}

function system(): CoreSources {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
  return { read, scheduled: availableParallelism() };
}

/** The folders of this process's control group and of all above it: the tightest limit holds. */
function groupFolders(read: CoreSources['read']): readonly string[] {
  const folders = new Set([CONTROL_GROUPS, join(CONTROL_GROUPS, 'cpu'), join(CONTROL_GROUPS, 'cpu,cpuacct')]);
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers !== '' && !controllers.split(',').includes('cpu')) continue;
    const root = join(CONTROL_GROUPS, controllers);
    for (let at = join(root, path); at.startsWith(`${root}/`); at = dirname(at)) folders.add(at);
  }
  return [...folders];
}

/** Cores that the limit of one group stands for; undefined if it has none. */
function quotaOf(folder: string, read: CoreSources['read']): number | undefined {
  const both = read(join(folder, 'cpu.max'))?.trim().split(/\s+/);
  const [quota, period] = (
    both ?? ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => read(join(folder, name)))
  ).map(Number);
  // "max", and -1 before version 2, say that there is no limit.
  return quota && period && quota > 0 && period > 0 ? quota / period : undefined;
}
