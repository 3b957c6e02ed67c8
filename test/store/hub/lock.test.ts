import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockFile } from '../../../src/store/hub/lock.js';

const canLock = spawnSync('flock', ['--version']).status === 0;
const { signal } = new AbortController();

function lockPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ts-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, '.locks', 'models--a--b', 'blob.lock');
}

/** Whether another process can have the lock now. */
function isFree(path: string): boolean {
  return spawnSync('flock', ['-n', path, 'true']).status === 0;
}

describe.skipIf(!canLock)('the lock of a file', () => {
  it('is held against other processes until it is released, and its file stays', async () => {
    const path = lockPath();
    const release = await lockFile({ path, timeoutMs: 1000, signal });
    expect(isFree(path)).toBe(false);
    await release?.();
    expect(isFree(path)).toBe(true);
    expect(existsSync(path)).toBe(true);
  });

  it('is waited for while another process holds it, up to a limit', async () => {
    const path = lockPath();
    await (await lockFile({ path, timeoutMs: 1000, signal }))?.();
    const holder = spawn('flock', [path, 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
    onTestFinished(() => void holder.kill());
    while (isFree(path)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await lockFile({ path, timeoutMs: 10, signal })).toBeUndefined();
    const waiting = lockFile({ path, timeoutMs: 20_000, signal });
    holder.stdin.end();
    expect(await waiting).toBeDefined();
  });

  it('is not waited for once it is interrupted', async () => {
    const path = lockPath();
    const held = await lockFile({ path, timeoutMs: 1000, signal });
    onTestFinished(() => held?.());
    const controller = new AbortController();
    const waiting = lockFile({ path, timeoutMs: 20_000, signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    // The next step of the download sees that it was interrupted.
    await (await waiting)?.();
  });
});
