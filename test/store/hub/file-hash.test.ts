import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileHash, hashBuffer } from '../../../src/store/hub/file-hash.js';
import { gitSha1 } from './test-hub.js';

function openFile(text: string): { path: string; fd: number } {
  const folder = mkdtempSync(join(tmpdir(), 'ts-hash-'));
  const path = join(folder, 'file');
  writeFileSync(path, text);
  const fd = openSync(path, 'r');
  onTestFinished(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  return { path, fd };
}

describe('the hash of a growing file', () => {
  it('is the same as of the whole file', () => {
    const { path, fd } = openFile('first ');
    const hash = new FileHash({ fd, algorithm: 'sha256', sizeBytes: 12 });
    hash.advance(6, hashBuffer());
    appendFileSync(path, 'second');
    hash.advance(12, Buffer.alloc(5));
    expect(hash.digest()).toBe(createHash('sha256').update('first second').digest('hex'));
  });

  it('is that of git for small files', () => {
    const { fd } = openFile('hello');
    const hash = new FileHash({ fd, algorithm: 'git-sha1', sizeBytes: 5 });
    hash.advance(5, hashBuffer());
    expect(hash.digest()).toBe(gitSha1(Buffer.from('hello')));
  });

  it('cannot be made of more bytes than there are', () => {
    const { fd } = openFile('hello');
    const hash = new FileHash({ fd, algorithm: 'sha256', sizeBytes: 9 });
    expect(() => hash.advance(9, hashBuffer())).toThrow('shorter');
  });
});
