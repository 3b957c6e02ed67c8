import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const PS_TIMEOUT_MS = 2000;

/** Whether a process is a server of this package (or TorchServe's), and not some other that got its number later. */
export function isServerProcess(pid: number): boolean {
  const command = commandOf(pid);
  return command !== undefined && /\bserve\b|torchserve|ModelServer/.test(command);
}

/** Its command line; undefined when there is no such process. */
function commandOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const options = { encoding: 'utf8', timeout: PS_TIMEOUT_MS } as const;
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], options);
  } catch {
    return undefined;
  }
}

/** Who listens on a TCP port, as in `node (process 4711)`; undefined where the system does not tell. */
export function portHolder(port: number): string | undefined {
  const inode = ['/proc/net/tcp', '/proc/net/tcp6'].map((table) => listeningInode(table, port)).find(Boolean);
  const pid = inode && pidOfSocket(inode);
  if (!pid) return undefined;
  const name = commandOf(Number(pid))?.trim().split(' ').slice(0, 3).join(' ');
  return name ? `process ${pid}: ${name}` : `process ${pid}`;
}

/** The system's table of sockets: the local address is the second column, the state the fourth, the inode the tenth. */
function listeningInode(table: string, port: number): string | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = linesOf(table).map((line) => line.trim().split(/\s+/));
  return lines.find((fields) => fields[1]?.endsWith(wanted) && fields[3] === '0A')?.[9];
}

function pidOfSocket(inode: string): string | undefined {
  const pids = entriesOf('/proc').filter((name) => /^\d+$/.test(name));
  return pids.find((pid) =>
    entriesOf(`/proc/${pid}/fd`).some((fd) => targetOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`),
  );
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Processes of other users, and those that have just ended, have nothing to show. */
function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
