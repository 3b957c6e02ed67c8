import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOffline } from '../../../src/store/hub/offline.js';
import { pullAll, readyHub, requestFor } from './ready-hub.js';

const FILES = { 'config.json': '{}', 'w.bin': 'weights' };

describe('without the network', () => {
  it('a snapshot is found by branch and by commit', async () => {
    const { test, hub, settings } = await readyHub();
    const commit = test.put('org/name', { files: FILES });
    const { folder } = await pullAll(hub, requestFor('org/name'));
    for (const revision of ['main', commit])
      expect(await findOffline(settings, requestFor('org/name', { revision }))).toMatchObject({
        folder,
        commit,
      });
  });

  it('a snapshot that lacks something is an error, unless that was not wanted', async () => {
    const { test, hub, settings } = await readyHub();
    test.put('org/name', { files: FILES });
    await pullAll(hub, requestFor('org/name', { include: ['*.json'] }));
    await expect(findOffline(settings, requestFor('org/name'))).rejects.toMatchObject({
      code: 'HUB_OFFLINE',
      message: expect.stringContaining('1 of 2 files are missing (w.bin)'),
    });
    const snapshot = await findOffline(settings, requestFor('org/name', { include: ['*.json'] }));
    expect(snapshot.files).toHaveLength(1);
  });

  it('what was never downloaded is an error', async () => {
    const { settings } = await readyHub();
    for (const revision of ['main', 'c'.repeat(40)])
      await expect(findOffline(settings, requestFor('org/name', { revision }))).rejects.toMatchObject({
        code: 'HUB_OFFLINE',
      });
  });

  it('a snapshot of a tool that keeps no list is taken as it is', async () => {
    const { test, hub, settings } = await readyHub();
    test.put('org/name', { files: FILES });
    await pullAll(hub, requestFor('org/name'));
    rmSync(join(settings.cacheFolder, 'models--org--name/trees'), { recursive: true });
    const { files } = await findOffline(settings, requestFor('org/name'));
    expect(files.map(({ path }) => path)).toEqual(['config.json', 'w.bin']);
  });

  it('a plain folder is found with what it was filled from', async () => {
    const { test, hub, settings } = await readyHub();
    const commit = test.put('org/name', { files: FILES });
    const localFolder = join(settings.cacheFolder, 'local');
    await pullAll(hub, requestFor('org/name', { localFolder }));
    expect(await findOffline(settings, requestFor('org/name', { localFolder }))).toMatchObject({
      commit,
      folder: localFolder,
    });
    const other = findOffline(settings, requestFor('org/name', { localFolder, revision: 'd'.repeat(40) }));
    await expect(other).rejects.toMatchObject({
      message: expect.stringContaining(`it holds commit ${commit}`),
    });
    const nowhere = findOffline(settings, requestFor('org/name', { localFolder: `${localFolder}2` }));
    await expect(nowhere).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
  });
});
