import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock whose holder has not touched it for so long is taken for abandoned. */
const ABANDONED_MS = 30_000;
const TOUCH_MS = 5000;
const LOOK_MS = 50;

/**
 * Runs `act` while holding a lock that other processes, also on other machines that share the disk, respect. The lock
 * of a holder that was killed is taken over. Resolves with undefined, `act` not run, if the lock is not free within
 * `limitMs`.
 */
export async function withLock<Result>(
  path: string,
  limitMs: number,
  act: () => Promise<Result>,
): Promise<Result | undefined> {
  const mark = `${hostname()} ${process.pid} ${randomBytes(8).toString('hex')}`;
  if (!(await take(path, mark, limitMs))) return undefined;
  const touching = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), TOUCH_MS);
  touching.unref();
  try {
    return await act();
  } finally {
    clearInterval(touching);
    // Somebody may have thought us dead.
    if ((await read(path)) === mark) await rm(path, { force: true });
  }
}

async function take(path: string, mark: string, limitMs: number): Promise<boolean> {
  const until = Date.now() + limitMs;
  for (;;) {
    try {
      await writeFile(path, mark, { flag: 'wx' });
      return true;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
    if (await isAbandoned(path)) await putAside(path);
    else if (Date.now() >= until) return false;
    else await sleep(LOOK_MS, undefined, { ref: false });
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > ABANDONED_MS) return true;
    const [host, pid] = ((await read(path)) ?? '').split(' ');
    return host === hostname() && pid !== undefined && !isAlive(Number(pid));
  } catch {
    return false;
  }
}

/** Renamed first, so that of two that want it only one gets it. */
async function putAside(path: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  await rename(path, aside).catch(() => {});
  await rm(aside, { force: true });
}

/** Whether there is such a process on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
