import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const PS_TIMEOUT_MS = 2000;

/** Resident memory of a process in bytes; 0 when it has gone. */
export async function workerMemoryBytes(pid: number): Promise<number> {
  if (process.platform !== 'linux') return memoryFromPs(pid);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/** For systems without /proc. */
function memoryFromPs(pid: number): Promise<number> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], { timeout: PS_TIMEOUT_MS }, (error, stdout) => {
      resolve(error ? 0 : Number(stdout.trim()) * 1024 || 0);
    });
  });
}
