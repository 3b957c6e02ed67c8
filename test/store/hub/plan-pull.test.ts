import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planPull } from '../../../src/store/hub/plan-pull.js';
import { pullAll, readyHub, requestFor } from './ready-hub.js';

const FILES = { 'config.json': '{}', 'a.bin': 'same bytes', 'sub/b.bin': 'same bytes', 'README.md': '# x' };

describe('the plan of a pull', () => {
  it('lists every file once, with what is still to come, and writes nothing', async () => {
    const { test, hub, settings, signal } = await readyHub();
    const commit = test.put('org/name', { files: FILES });
    const plan = await planPull(hub, requestFor('org/name'), signal);
    expect(plan).toMatchObject({ commit, totalBytes: 15, missingBytes: 15 });
    expect(
      plan.files.map(({ file, state, twins }) => [file.path, state, twins.map(({ path }) => path)]),
    ).toEqual([
      ['config.json', 'missing', []],
      ['a.bin', 'missing', ['sub/b.bin']],
      ['README.md', 'missing', []],
    ]);
    expect(existsSync(settings.cacheFolder)).toBe(false);
  });

  it('leaves out what is there, unless everything is wanted anew', async () => {
    const { test, hub, signal } = await readyHub();
    test.put('org/name', { files: FILES });
    await pullAll(hub, requestFor('org/name', { include: ['*.bin'] }));
    expect(await planPull(hub, requestFor('org/name'), signal)).toMatchObject({
      totalBytes: 15,
      missingBytes: 5,
    });
    expect(await planPull(hub, requestFor('org/name', { force: true }), signal)).toMatchObject({
      missingBytes: 15,
    });
  });

  it('in a plain folder has a file for each path', async () => {
    const { test, hub, settings, signal } = await readyHub();
    test.put('org/name', { files: FILES });
    const localFolder = join(settings.cacheFolder, 'local');
    const plan = await planPull(hub, requestFor('org/name', { localFolder }), signal);
    expect(plan).toMatchObject({ totalBytes: 25 });
    expect(plan.destination.folder).toBe(localFolder);
  });

  it('asks nothing about a commit that is known', async () => {
    const { test, hub, signal } = await readyHub();
    const revision = test.put('org/name', { files: FILES });
    await pullAll(hub, requestFor('org/name', { revision }));
    const asked = test.seen.length;
    expect(await planPull(hub, requestFor('org/name', { revision }), signal)).toMatchObject({
      missingBytes: 0,
    });
    expect(test.seen.length).toBe(asked);
  });

  it('is refused when the patterns leave nothing, or the names cannot be', async () => {
    const { test, hub, signal } = await readyHub();
    test.put('org/name', { files: FILES });
    const plan = (changes: object, repo = 'org/name') => planPull(hub, requestFor(repo, changes), signal);
    await expect(plan({ include: ['*.onnx'] })).rejects.toMatchObject({ code: 'HUB_NO_MATCH' });
    await expect(plan({}, '../x')).rejects.toMatchObject({ code: 'HUB_REPO_ID' });
    await expect(plan({ revision: '../x' })).rejects.toMatchObject({ code: 'HUB_REVISION' });
  });
});
