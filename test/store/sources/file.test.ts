import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSource } from '../../../src/store/sources/file.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-file-'));
  writeFileSync(join(folder, 'a b.mar'), 'bytes');
});

afterAll(() => rmSync(folder, { recursive: true }));

function open(path: string, maxBytes = 1000): Promise<AsyncIterable<Uint8Array>> {
  const limits = { maxBytes, timeoutMs: 5000, idleTimeoutMs: 5000 };
  const signal = AbortSignal.timeout(5000);
  return fileSource.open(pathToFileURL(path), { allowed: () => true, limits, signal });
}

describe('archives named by file URLs', () => {
  it('are read', async () => {
    let text = '';
    for await (const piece of await open(join(folder, 'a b.mar'))) text += piece;
    expect(text).toBe('bytes');
  });

  it('must be files', async () => {
    await expect(open(folder)).rejects.toThrow('it is not a file');
  });

  it('must be there', async () => {
    await expect(open(join(folder, 'none.mar'))).rejects.toThrow('ENOENT');
  });

  it('must not be too large', async () => {
    await expect(open(join(folder, 'a b.mar'), 4)).rejects.toThrow('5 bytes, more than 4');
  });
});
