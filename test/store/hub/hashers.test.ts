import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHashers } from '../../../src/store/hub/hashers.js';

function openEmpty(): number {
  const folder = mkdtempSync(join(tmpdir(), 'ts-hashers-'));
  writeFileSync(join(folder, 'file'), '');
  const fd = openSync(join(folder, 'file'), 'r+');
  onTestFinished(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  return fd;
}

const MIB = 1024 * 1024;

const hexOf = (byte: number) =>
  createHash('sha256')
    .update(Buffer.alloc(5 * MIB, byte))
    .digest('hex');

describe.each([
  ['in this thread', 1],
  ['in threads of their own', 1024 * MIB],
])('files hashed %s', (_, totalBytes) => {
  it('give the hash of all their bytes, each its own', async () => {
    const hashers = startHashers(totalBytes);
    onTestFinished(() => hashers.close());
    const hashes = await Promise.all(
      [1, 2, 3].map(async (byte) => {
        const fd = openEmpty();
        const hashing = hashers.begin({ fd, algorithm: 'sha256', sizeBytes: 5 * MIB });
        const piece = Buffer.alloc(MIB, byte);
        for (let done = 1; done <= 5; done += 1) {
          writeSync(fd, piece);
          hashing.advance(done * MIB);
        }
        return hashing.finish(5 * MIB);
      }),
    );
    expect(hashes).toEqual([1, 2, 3].map(hexOf));
  });

  it('have the same hash when the thread that asks helps', async () => {
    const hashers = startHashers(totalBytes);
    onTestFinished(() => hashers.close());
    const hashes = [1, 2, 3].map((byte) => {
      const fd = openEmpty();
      const hashing = hashers.begin({ fd, algorithm: 'sha256', sizeBytes: 5 * MIB });
      writeSync(fd, Buffer.alloc(5 * MIB, byte));
      hashing.advance(5 * MIB);
      return hashing.finish(5 * MIB);
    });
    hashers.allArrived();
    expect(await Promise.all(hashes)).toEqual([1, 2, 3].map(hexOf));
  });

  it('say so when the file is shorter than it should be', async () => {
    const hashers = startHashers(totalBytes);
    onTestFinished(() => hashers.close());
    const hashing = hashers.begin({ fd: openEmpty(), algorithm: 'sha256', sizeBytes: 9 });
    await expect(hashing.finish(9)).rejects.toThrow('shorter');
  });

  it('are forgotten when they are dropped', async () => {
    const hashers = startHashers(totalBytes);
    onTestFinished(() => hashers.close());
    const fd = openEmpty();
    hashers.begin({ fd, algorithm: 'sha256', sizeBytes: 9 }).drop();
    const empty = createHash('sha256').digest('hex');
    expect(await hashers.begin({ fd, algorithm: 'sha256', sizeBytes: 0 }).finish(0)).toBe(empty);
  });
});
