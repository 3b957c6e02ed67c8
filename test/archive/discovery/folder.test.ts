import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSnapshots, listFolder, listTree } from '../../../src/archive/discovery/folder.js';
import { scratch } from '../scratch.js';

describe('looking into a folder', () => {
  it('sees files and folders, but no hidden ones, no caches and no dead links', async () => {
    const folder = scratch({
      b: '',
      a: '',
      '.x': '',
      'sub/c': '',
      'node_modules/d': '',
      '__pycache__/e': '',
    });
    symlinkSync('gone', join(folder, 'dead'));
    expect(await listFolder(folder)).toEqual({ files: ['a', 'b'], folders: ['sub'] });
    expect(await listTree(folder)).toEqual(['a', 'b', 'sub/c']);
  });

  it('finds snapshots below, in the hub’s cache the one that main names', async () => {
    const plain = scratch({ 'model/config.json': '', 'model/model.safetensors': '' });
    expect(await findSnapshots(plain)).toEqual(['model']);
    const base = 'model/models--org--name';
    const cache = scratch({
      [`${base}/blobs/abc`]: '',
      [`${base}/refs/main`]: 'rev2',
      [`${base}/snapshots/rev1/config.json`]: '',
      [`${base}/snapshots/rev1/tokenizer.json`]: '',
      [`${base}/snapshots/rev2/config.json`]: '',
      [`${base}/snapshots/rev2/tokenizer.json`]: '',
    });
    expect(await findSnapshots(cache)).toEqual([`${base}/snapshots/rev2`]);
  });
});
