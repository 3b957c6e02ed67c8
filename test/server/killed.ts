import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Owner, thisOwner } from '../../src/server/owner.js';

const LISTEN_AND_DIE = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;

/** Leaves a socket behind as a killed server does: it is there and nobody listens. */
export function leaveSocket(path: string): void {
  spawnSync(process.execPath, ['-e', LISTEN_AND_DIE, path]);
}

/** Leaves a folder as a killed server does, with a model that was being unpacked; `owner` says what it wrote of itself otherwise. */
export function leaveFolder(parent: string, owner: Partial<Owner> = {}): string {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const folder = mkdtempSync(join(parent, 'ts-serve-'));
  mkdirSync(join(folder, 'models', '.0123.part'), { recursive: true });
  writeFileSync(join(folder, 'models', '.0123.part', 'weights'), 'half');
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ ...thisOwner(), pid, ...owner }));
  return folder;
}
