import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pidFilePath, readPidFile, removePidFile, writePidFile } from '../../src/server/pid-file.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-pid-'));
  path = pidFilePath(folder);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the pid file', () => {
  it('lies where TorchServe’s lies', () => {
    expect(path).toBe(join(folder, '.model_server.pid'));
    expect(readPidFile(path)).toEqual({ state: 'none' });
  });

  it('names a server that runs', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)', 'serve']);
    writePidFile(path, child.pid ?? 0);
    expect(readPidFile(path)).toEqual({ state: 'running', pid: child.pid });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
    expect(readPidFile(path)).toEqual({ state: 'stale' });
  });

  it.each(['not a number', '', '-1', '999999999'])('is stale when it says %j', (text) => {
    writeFileSync(path, text);
    expect(readPidFile(path)).toEqual({ state: 'stale' });
  });

  it('is stale when its number belongs to another kind of process by now', () => {
    const other = spawn('sleep', ['20']);
    writePidFile(path, other.pid ?? 0);
    expect(readPidFile(path)).toEqual({ state: 'stale' });
    other.kill('SIGKILL');
  });

  it('is removed by its owner alone', () => {
    writePidFile(path, 4711);
    removePidFile(path, 1);
    expect(existsSync(path)).toBe(true);
    removePidFile(path, 4711);
    expect(existsSync(path)).toBe(false);
    removePidFile(path, 4711);
  });
});
