import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHashers } from '../../../src/store/hub/hashers.js';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import { PartialFile } from '../../../src/store/hub/partial-file.js';

const hex = createHash('sha256').update('hello world').digest('hex');
const FILE: HubFile = {
  path: 'x',
  sizeBytes: 11,
  digest: { algorithm: 'sha256', hex },
  blobId: 'a'.repeat(40),
};

function opened(earlier?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'ts-partial-'));
  const path = join(folder, 'file');
  if (earlier !== undefined) writeFileSync(path, earlier);
  const partial = new PartialFile(path, FILE, startHashers(0));
  onTestFinished(() => {
    partial.close();
    rmSync(folder, { recursive: true });
  });
  return { path, partial };
}

describe('an unfinished file', () => {
  it('grows until it is whole, and then has its hash', async () => {
    const { path, partial } = opened();
    partial.append(Buffer.from('hello '));
    expect(partial.whole).toBe(false);
    partial.append(Buffer.from('world'));
    expect(partial.whole).toBe(true);
    expect(await partial.hash()).toBe(hex);
    expect(readFileSync(path, 'utf8')).toBe('hello world');
  });

  it('goes on where it ended, and hashes what was there too', async () => {
    const { partial } = opened('hello ');
    expect(partial.sizeBytes).toBe(6);
    partial.append(Buffer.from('world'));
    expect(await partial.hash()).toBe(hex);
  });

  it('begins anew when it was too long, or is told to', async () => {
    const { partial } = opened('much longer than it should be');
    expect(partial.sizeBytes).toBe(0);
    partial.append(Buffer.from('wrong'));
    partial.restart();
    partial.append(Buffer.from('hello world'));
    expect(await partial.hash()).toBe(hex);
  });

  it('that cannot be opened is an error', () => {
    expect(() => new PartialFile('/none/at/all', FILE, startHashers(0))).toThrow(
      '/none/at/all cannot be written',
    );
  });
});
