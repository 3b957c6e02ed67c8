import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { catchUp, type PendingHash } from '../../../src/store/hub/catch-up.js';

const MIB = 1024 * 1024;

/** Files of so many MiB whose hashes nobody else makes, with what became of them in turn. */
function waitingFor(sizes: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), 'ts-catch-up-'));
  const heard: [id: number, hex: string][] = [];
  const waiting = new Map<number, PendingHash>();
  for (const [id, size] of sizes.entries()) {
    const path = join(folder, String(id));
    writeFileSync(path, Buffer.alloc(size * MIB, id));
    const fd = openSync(path, 'r');
    onTestFinished(() => closeSync(fd));
    const toBytes = size * MIB;
    waiting.set(id, {
      file: { fd, algorithm: 'sha256', sizeBytes: toBytes },
      toBytes,
      resolve: (hex) => heard.push([id, hex]),
      reject: () => {},
    });
  }
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { waiting, heard };
}

const hexOf = (id: number, size: number) =>
  createHash('sha256')
    .update(Buffer.alloc(size * MIB, id))
    .digest('hex');

describe('catching up with the hashes', () => {
  it('makes those that are still waited for, the last first', async () => {
    const { waiting, heard } = waitingFor([2.5, 0, 1]);
    await catchUp(waiting);
    expect(heard).toEqual([2, 1, 0].map((id) => [id, hexOf(id, [2.5, 0, 1][id] ?? 0)]));
    expect(waiting.size).toBe(0);
  });

  it('leaves alone what another thread has made meanwhile', async () => {
    const { waiting, heard } = waitingFor([1, 3]);
    const done = catchUp(waiting);
    waiting.delete(1);
    await done;
    expect(heard).toEqual([[0, hexOf(0, 1)]]);
  });

  it('leaves a file that cannot be read to those who tell of it', async () => {
    const { waiting, heard } = waitingFor([1, 1]);
    const short = waiting.get(1);
    if (short) waiting.set(1, { ...short, toBytes: 2 * MIB });
    await catchUp(waiting);
    expect(heard).toEqual([]);
    expect([...waiting.keys()]).toEqual([0, 1]);
  });
});
