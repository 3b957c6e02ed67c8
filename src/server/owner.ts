import { readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';

/** Who owns a folder, so that a later server can prove that its owner is no more. */
export interface Owner {
  /** Names one start of one kernel; where the system has no such name, the machine's. */
  readonly boot: string;
  /** Where `pid` means something: containers count processes for themselves. */
  readonly namespace: string | undefined;
  readonly pid: number;
  /** Tells it from a later process of the same number; undefined where the system does not say. */
  readonly started: string | undefined;
}

/** What this process writes down of itself. */
export function thisOwner(): Owner {
  return {
    boot: read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? hostname(),
    namespace: read(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    started: startOf('self'),
  };
}

/** An owner as it was written down; undefined if that is no owner. */
export function readOwner(text: string): Owner | undefined {
  const { boot, namespace, pid, started } = (read(() => JSON.parse(text)) ?? {}) as Partial<Owner>;
  if (typeof boot !== 'string' || typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0)
    return undefined;
  return { boot, namespace, pid, started };
}

/**
 * Whether an owner is surely no more. Its socket decides where its number cannot: in another container, or when another
 * process has the number now.
 */
export async function isGone(owner: Owner, socketPath: string): Promise<boolean> {
  const here = thisOwner();
  // What runs on another machine that shares the folder cannot be seen from here.
  if (owner.boot !== here.boot) return false;
  if (owner.namespace === here.namespace) {
    if (!exists(owner.pid)) return true;
    if (startOf(owner.pid) === owner.started) return false;
  }
  return refuses(socketPath);
}

/** Whether there is a socket to which nobody listens any more. */
function refuses(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Clock ticks since the system started: field 22, counted from behind the name, which may hold anything. */
function startOf(pid: number | 'self'): string | undefined {
  const text = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

/** What is not there, or cannot be read, is not known. */
function read<Value>(from: () => Value): Value | undefined {
  try {
    return from();
  } catch {
    return undefined;
  }
}
