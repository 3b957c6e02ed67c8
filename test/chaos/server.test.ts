import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isAlive, until } from '../workers/fixtures/stage.js';

const FRONT = fileURLToPath(new URL('./fixtures/front.mjs', import.meta.url));

describe('a server that is killed under load', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('leaves no worker behind (%s)', async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'front-'));
    const front = spawn(process.execPath, [FRONT, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(front, 'exit');
    const [line] = await Promise.race([once(front.stdout, 'data'), ended]);
    // A number is an exit code: the server has ended by itself.
    expect(line).toBeInstanceOf(Buffer);
    const pids = line.toString().trim().split(' ').map(Number);
    expect(pids).toHaveLength(4);
    expect(pids.every(isAlive)).toBe(true);
    front.kill(signal);
    await ended;
    await until(() => !pids.some(isAlive));
    await rm(folder, { recursive: true, force: true });
  });
});
