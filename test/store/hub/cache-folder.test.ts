import { mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CacheFolder, readRef } from '../../../src/store/hub/cache-folder.js';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import { filesBelow, scratch } from '../../archive/scratch.js';

const REPO = { id: 'org/name', type: 'model' } as const;
const [OID, COMMIT] = ['a'.repeat(40), 'c'.repeat(40)];
const FILE: HubFile = {
  path: 'sub/deep/x.json',
  sizeBytes: 5,
  digest: { algorithm: 'git-sha1', hex: OID },
  blobId: OID,
};

function cache(revision = 'main') {
  const cacheFolder = scratch();
  return { cacheFolder, cache: new CacheFolder({ cacheFolder, repo: REPO, revision, commit: COMMIT }) };
}

describe('the cache', () => {
  it('holds blobs, links to them, and the branch last', async () => {
    const { cacheFolder, cache: folder } = cache('refs/pr/1');
    expect(folder.isEmpty).toBe(true);
    await folder.prepare([FILE]);
    expect(folder.isEmpty).toBe(false);
    expect(await folder.has(FILE)).toBe(false);
    const unfinished = await folder.claim(FILE, false);
    expect(unfinished).toMatch(new RegExp(`/blobs/${OID}\\..+\\.incomplete$`));
    writeFileSync(unfinished, 'hello');
    await folder.place(FILE, unfinished);
    const base = 'models--org--name';
    const snapshot = `${base}/snapshots/${COMMIT}/sub/deep/x.json`;
    expect(filesBelow(cacheFolder)).toEqual([
      'CACHEDIR.TAG',
      `${base}/blobs/${OID}`,
      snapshot,
      `${base}/trees/${COMMIT}.json`,
    ]);
    expect(readlinkSync(join(cacheFolder, snapshot))).toBe(`../../../../blobs/${OID}`);
    expect(await folder.has(FILE)).toBe(true);
    await folder.finish();
    expect(readFileSync(join(cacheFolder, base, 'refs/refs/pr/1'), 'utf8')).toBe(COMMIT);
    expect(await readRef(cacheFolder, REPO, 'refs/pr/1')).toBe(COMMIT);
    expect(folder.lockPath(FILE)).toBe(join(cacheFolder, '.locks', base, `${OID}.lock`));
  });

  it('writes no branch for a commit', async () => {
    const { cacheFolder, cache: folder } = cache(COMMIT);
    await folder.prepare([]);
    await folder.finish();
    expect(await readRef(cacheFolder, REPO, COMMIT)).toBeUndefined();
  });

  it('does not take a blob of another size, or a link that leads nowhere, for the file', async () => {
    const { cacheFolder, cache: folder } = cache();
    await folder.prepare([]);
    writeFileSync(join(cacheFolder, 'models--org--name/blobs', OID), 'hell');
    expect(await folder.has(FILE)).toBe(false);
    mkdirSync(join(folder.folder, 'sub/deep'), { recursive: true });
    symlinkSync('../../../../blobs/none', join(folder.folder, FILE.path));
    expect(await folder.has(FILE)).toBe(false);
  });

  it('mends a link that leads elsewhere, and accepts a file in its place where links are not possible', async () => {
    const { cacheFolder, cache: folder } = cache();
    await folder.prepare([]);
    const pointer = join(folder.folder, FILE.path);
    mkdirSync(join(folder.folder, 'sub/deep'), { recursive: true });
    writeFileSync(pointer, 'hello');
    expect(await folder.has(FILE)).toBe(true);
    await folder.show(FILE);
    expect(readFileSync(pointer, 'utf8')).toBe('hello');
    writeFileSync(join(cacheFolder, 'models--org--name/blobs', OID), 'other');
    await folder.show(FILE);
    expect(readlinkSync(pointer)).toBe(`../../../../blobs/${OID}`);
  });
});
