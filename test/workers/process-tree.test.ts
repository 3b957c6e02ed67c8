import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { descendants, killGroup, killTree } from '../../src/workers/process-tree.js';
import { isAlive, until } from './fixtures/stage.js';

/** A process that leads a group and has two children: one in the group, one in a session of its own. */
async function startFamily(): Promise<{ parent: ChildProcess; pids: readonly number[] }> {
  const program = `
    const { spawn } = require('node:child_process');
    const idle = ['-e', 'setInterval(() => {}, 1000)'];
    const pids = [false, true].map((detached) => spawn(process.execPath, idle, { detached }).pid);
    console.log(pids.join(' '));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['-e', program], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { parent, pids: line.toString().trim().split(' ').map(Number) };
}

describe('the tree of a process', () => {
  it('is found and killed, also what has left the group', async () => {
    const { parent, pids } = await startFamily();
    const pid = parent.pid ?? 0;
    expect([...descendants(pid)].sort()).toEqual([...pids].sort());
    killTree(pid);
    await once(parent, 'exit');
    await until(() => !pids.some(isAlive));
  });

  it('leaves a group behind when its leader dies, which can be killed still', async () => {
    const { parent, pids } = await startFamily();
    const [inGroup = 0, outside = 0] = pids;
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(isAlive(inGroup)).toBe(true);
    killGroup(parent.pid ?? 0);
    await until(() => !isAlive(inGroup));
    process.kill(outside, 'SIGKILL');
  });

  it('may be gone already', () => {
    expect(() => killTree(0x3fff_ffff)).not.toThrow();
    expect(descendants(0x3fff_ffff)).toEqual([]);
  });
});
