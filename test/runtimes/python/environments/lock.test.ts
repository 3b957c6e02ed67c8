import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, withLock } from '../../../../src/runtimes/python/environments/lock.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-lock-'));
  path = join(folder, 'a.lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a lock', () => {
  it('lets one in at a time, and the others afterwards', async () => {
    let inside = 0;
    let most = 0;
    const act = async (): Promise<number> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      return 1;
    };
    const results = await Promise.all(Array.from({ length: 5 }, () => withLock(path, 20_000, act)));
    expect([most, results]).toEqual([1, [1, 1, 1, 1, 1]]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is free again when what was done fails', async () => {
    await expect(withLock(path, 0, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  it('keeps others out who do not want to wait', async () => {
    await withLock(path, 0, async () => {
      expect(await withLock(path, 0, async () => 'in')).toBeUndefined();
    });
  });

  it('of a process that was killed is taken over', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(path, `${hostname()} ${child.pid} aa`);
    expect(await withLock(path, 0, async () => 'in')).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(child.pid ?? 0)).toBe(false);
    expect(await withLock(path, 0, async () => 'in')).toBe('in');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of another machine is taken over when it was not touched for a while', async () => {
    writeFileSync(path, 'another-machine 1 aa');
    expect(await withLock(path, 0, async () => 'in')).toBeUndefined();
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(path, longAgo, longAgo);
    expect(await withLock(path, 0, async () => 'in')).toBe('in');
  });

  it('cannot be had in a folder that is not there', async () => {
    await expect(withLock(join(folder, 'no', 'x.lock'), 0, async () => 1)).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
