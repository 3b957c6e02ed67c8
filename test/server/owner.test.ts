import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isGone, readOwner, thisOwner } from '../../src/server/owner.js';
import { leaveSocket } from './killed.js';

let folder: string;
let socket: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-owner-'));
  socket = join(folder, 'workers.sock');
});

afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function listen(): Promise<void> {
  server = createServer();
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
}

/** A process that was here and has ended. */
function endedPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('an owner', () => {
  it('is read as it was written, and anything else is none', () => {
    expect(readOwner(JSON.stringify(thisOwner()))).toEqual(thisOwner());
    for (const text of ['', '{', 'null', '7', '{"pid":7}', '{"boot":"x","pid":-1}', '{"boot":"x","pid":"7"}'])
      expect(readOwner(text)).toBeUndefined();
  });

  it('is there as long as its process is, whatever its socket says', async () => {
    leaveSocket(socket);
    expect(await isGone(thisOwner(), socket)).toBe(false);
  });

  it('is gone when there is no such process', async () => {
    expect(await isGone({ ...thisOwner(), pid: endedPid() }, socket)).toBe(true);
  });

  it('is not known to be gone when it ran before the system was started, or on another machine', async () => {
    leaveSocket(socket);
    expect(await isGone({ ...thisOwner(), pid: endedPid(), boot: 'another' }, socket)).toBe(false);
  });

  it.each([
    ['another process has its number', { started: '1' }],
    ['its number counts in another container', { namespace: 'pid:[1]' }],
  ])('is judged by its socket when %s', async (_, other) => {
    const owner = { ...thisOwner(), ...other };
    expect(await isGone(owner, socket)).toBe(false);
    await listen();
    expect(await isGone(owner, socket)).toBe(false);
    server?.close();
    leaveSocket(socket);
    expect(await isGone(owner, socket)).toBe(true);
  });
});
