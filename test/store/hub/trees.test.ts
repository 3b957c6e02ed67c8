import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import { readTree, replaceFile, writeTree } from '../../../src/store/hub/trees.js';

const REPO = { id: 'org/name', type: 'model' } as const;
const [OID, SHA, COMMIT] = ['a'.repeat(40), 'b'.repeat(64), 'c'.repeat(40)];
const FILES: HubFile[] = [
  { path: 'w.bin', sizeBytes: 9, digest: { algorithm: 'sha256', hex: SHA }, blobId: OID, xetHash: SHA },
  { path: 'a/b.json', sizeBytes: 3, digest: { algorithm: 'git-sha1', hex: OID }, blobId: OID },
];

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ts-trees-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('the list of files of a commit', () => {
  it('is kept in the words of Python, and read again', async () => {
    const folder = scratch();
    writeTree(folder, COMMIT, FILES);
    const written = JSON.parse(readFileSync(join(folder, 'trees', `${COMMIT}.json`), 'utf8'));
    expect(written).toEqual({
      format_version: 1,
      files: {
        'a/b.json': { size: 3, blob_id: OID },
        'w.bin': { size: 9, blob_id: OID, lfs_sha256: SHA, lfs_size: 9, xet_hash: SHA },
      },
    });
    const read = await readTree(folder, COMMIT, REPO);
    expect(new Map(read?.map((file) => [file.path, file]))).toEqual(
      new Map(FILES.map((file) => [file.path, file])),
    );
  });

  it('is not believed when it is odd', async () => {
    const folder = scratch();
    writeTree(folder, COMMIT, FILES);
    const path = join(folder, 'trees', `${COMMIT}.json`);
    const sound = { size: 3, blob_id: OID };
    for (const text of [
      '',
      '{"format_version":2,"files":{}}',
      '{"format_version":1}',
      JSON.stringify({ format_version: 1, files: { '../x': sound } }),
      JSON.stringify({ format_version: 1, files: { x: { size: 3, blob_id: '../../x' } } }),
      JSON.stringify({ format_version: 1, files: { x: { size: 'many', blob_id: OID } } }),
    ]) {
      writeFileSync(path, text);
      expect(await readTree(folder, COMMIT, REPO), text).toBeUndefined();
    }
    expect(await readTree(folder, 'd'.repeat(40), REPO)).toBeUndefined();
  });
});

describe('a small file', () => {
  it('is put in place as a whole, with the folders above it', async () => {
    const folder = scratch();
    replaceFile(join(folder, 'refs', 'pr', '1'), 'one');
    replaceFile(join(folder, 'refs', 'pr', '1'), 'two');
    expect(readFileSync(join(folder, 'refs', 'pr', '1'), 'utf8')).toBe('two');
    expect(() => replaceFile(join(folder, 'refs', 'pr'), 'x')).toThrow();
    expect(readdirSync(join(folder, 'refs'))).toEqual(['pr']);
  });
});
