import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readRef } from '../../../src/store/hub/cache-folder.js';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import { planPull } from '../../../src/store/hub/plan-pull.js';
import { type PullObserver, runPull, type Snapshot } from '../../../src/store/hub/pull.js';
import { noise } from '../../archive/scratch.js';
import { readOnlyDisk } from './read-only-disk.js';
import { pullAll, readyHub, requestFor } from './ready-hub.js';

const REPO = { id: 'org/name', type: 'model' } as const;
const FILES: Record<string, Buffer> = {
  'config.json': Buffer.from('{}'),
  'empty.txt': Buffer.alloc(0),
  'a b/ü#?.bin': noise(200_000, 2),
  'copy.bin': noise(200_000, 2),
  'w.safetensors': noise(700_000, 3),
};

const arrived = vi.hoisted(() => vi.fn());
vi.mock('../../../src/store/hub/hashers.js', async (original) => {
  const { startHashers } = await original<typeof import('../../../src/store/hub/hashers.js')>();
  return {
    startHashers: (totalBytes: number) => {
      const hashers = startHashers(totalBytes);
      return Object.assign(hashers, { allArrived: arrived });
    },
  };
});

function expectWhole({ folder }: Snapshot, files = FILES): void {
  for (const [path, bytes] of Object.entries(files))
    expect(readFileSync(join(folder, path)).equals(bytes), path).toBe(true);
}

describe('a pull', () => {
  it('brings every file, several at a time, equal ones once', async () => {
    const { test, hub } = await readyHub();
    test.put('org/name', { files: FILES });
    let [now, most] = [0, 0];
    const observer = {
      started: () => {
        now += 1;
        most = Math.max(most, now);
      },
      finished: () => {
        now -= 1;
      },
    };
    const snapshot = await pullAll(hub, requestFor('org/name'), { observer });
    expectWhole(snapshot);
    expect(snapshot.receivedBytes).toBe(900_002);
    expect(snapshot.files).toHaveLength(5);
    expect(most).toBe(4);
    const again = await pullAll(hub, requestFor('org/name'));
    expect(again).toMatchObject({ folder: snapshot.folder, receivedBytes: 0 });
  });

  it('tells who hashes once that everything has arrived, whatever was there before', async () => {
    const { test, hub } = await readyHub();
    test.put('org/name', { files: FILES });
    await pullAll(hub, requestFor('org/name', { include: ['*.bin'] }));
    arrived.mockClear();
    let finished = 0;
    const observer = { moved: () => expect(arrived).not.toHaveBeenCalled(), finished: () => (finished += 1) };
    await pullAll(hub, requestFor('org/name'), { observer });
    expect([arrived.mock.calls.length, finished]).toEqual([1, 4]);
  });

  it('shares what revisions have in common', async () => {
    const { test, hub, settings } = await readyHub();
    const first = test.put('org/name', { files: FILES });
    await pullAll(hub, requestFor('org/name'));
    const second = test.put('org/name', { files: { ...FILES, 'config.json': '{"v":2}' } });
    const { receivedBytes, folder } = await pullAll(hub, requestFor('org/name'));
    expect(receivedBytes).toBe(7);
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe('{"v":2}');
    const snapshots = join(settings.cacheFolder, 'models--org--name/snapshots');
    expect(readdirSync(snapshots).sort()).toEqual([first, second].sort());
    expect(await readRef(settings.cacheFolder, REPO, 'main')).toBe(second);
  });

  it('brings data sets, and files behind a token', async () => {
    const { test, client } = await readyHub();
    test.put('org/data', { type: 'dataset', files: { 'd.csv': 'a,b' } });
    test.put('org/gated', { gatedFor: 'hf_me', files: FILES });
    const data = await pullAll(client(), requestFor('org/data', { type: 'dataset' }));
    expect(data.folder).toContain('datasets--org--data');
    await expect(pullAll(client({}, 'hf_you'), requestFor('org/gated'))).rejects.toMatchObject({
      code: 'HUB_GATED',
    });
    expectWhole(await pullAll(client({}, 'hf_me'), requestFor('org/gated')));
  });

  it('that fails names no branch, shows no broken file, and goes on later', async () => {
    const { test, hub, settings } = await readyHub();
    const commit = test.put('org/name', { files: FILES });
    test.fault = ({ path, server }, response, body) => {
      if (server !== 'cdn' || !path.includes('safetensors') || !body) return false;
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 300_000), () => response.destroy());
      test.fault = (seen, refusal) =>
        seen.path.includes('safetensors') && Boolean(refusal.writeHead(403).end());
      return true;
    };
    await expect(pullAll(hub, requestFor('org/name'))).rejects.toMatchObject({ code: 'HUB_FORBIDDEN' });
    expect(await readRef(settings.cacheFolder, REPO, 'main')).toBeUndefined();
    const snapshot = join(settings.cacheFolder, 'models--org--name/snapshots', commit);
    expect(existsSync(join(snapshot, 'w.safetensors'))).toBe(false);
    test.fault = undefined;
    const whole = await pullAll(hub, requestFor('org/name'));
    expectWhole(whole);
  });

  it('tells of a file that has to be asked for again', async () => {
    const { test, hub } = await readyHub();
    test.put('org/name', { files: FILES });
    test.fault = ({ path, server }, response) => {
      if (server !== 'cdn' || !path.includes('safetensors')) return false;
      test.fault = undefined;
      response.writeHead(503).end();
      return true;
    };
    const told: unknown[] = [];
    const observer: PullObserver = {
      waiting: (file, { code }, waitMs) => told.push([file.path, code, waitMs > 0]),
    };
    expectWhole(await pullAll(hub, requestFor('org/name'), { observer }));
    expect(told).toEqual([['w.safetensors', 'HUB_BROKEN', true]]);
  });

  it('stops at once when it is interrupted', async () => {
    const { test, hub } = await readyHub();
    test.put('org/name', { files: FILES });
    const controller = new AbortController();
    const observer = { started: () => controller.abort() };
    const pulled = pullAll(hub, requestFor('org/name'), { signal: controller.signal, observer });
    await expect(pulled).rejects.toMatchObject({ code: 'HUB_CANCELLED', exitCode: 130 });
  });

  it('is refused beforehand when the disk has no room for it, and makes nothing', async () => {
    const { test, hub, settings, signal } = await readyHub();
    test.put('org/name', { files: { 'w.bin': 'x' } });
    const { bavail, bsize } = statfsSync('/tmp');
    const huge = (bavail + 1000) * bsize;
    const plan = await planPull(hub, requestFor('org/name'), signal);
    const pulled = runPull(hub, { ...plan, missingBytes: huge }, { maxWorkers: 1, signal });
    await expect(pulled).rejects.toMatchObject({ code: 'HUB_DISK_FULL' });
    expect(existsSync(settings.cacheFolder)).toBe(false);
  });

  it('begins the next file when one has all its bytes, and not before', async () => {
    const { test, hub, signal } = await readyHub();
    test.put('org/name', { files: { 'one.bin': noise(5000), 'two.bin': noise(4000) } });
    const plan = await planPull(hub, requestFor('org/name'), signal);
    const seen: string[] = [];
    let began: () => void = () => undefined;
    const secondBegan = new Promise<void>((resolve) => (began = resolve));
    const { destination } = plan;
    const place = destination.place.bind(destination);
    destination.place = async (file, path) => {
      await secondBegan;
      await place(file, path);
    };
    const observer: PullObserver = {
      started: ({ path }) => seen.push(`${path} begins`) === 3 && began(),
      moved: ({ path, sizeBytes }, doneBytes) => doneBytes === sizeBytes && seen.push(`${path} is there`),
    };
    await runPull(hub, plan, { maxWorkers: 1, signal, observer });
    expect(seen).toEqual(['one.bin begins', 'one.bin is there', 'two.bin begins', 'two.bin is there']);
  });

  it('keeps what has come when the disk fills up, and shows no broken file', async (context) => {
    const { test, client, settings, signal } = await readyHub();
    const commit = test.put('org/name', { files: FILES });
    mkdirSync(settings.cacheFolder, { recursive: true });
    const disk = ['-t', 'tmpfs', '-o', 'size=600k', 'none', settings.cacheFolder];
    context.skip(spawnSync('mount', disk).status !== 0, 'only root may mount a small disk');
    onTestFinished(() => void spawnSync('umount', [settings.cacheFolder]));
    const hub = client();
    const plan = await planPull(hub, requestFor('org/name'), signal);
    // As if another program had taken the room after it was looked at.
    const pulled = runPull(hub, { ...plan, missingBytes: 0 }, { maxWorkers: 2, signal });
    await expect(pulled).rejects.toMatchObject({
      code: 'HUB_WRITE',
      message: expect.stringContaining('the disk is full'),
    });
    expect(await readRef(settings.cacheFolder, REPO, 'main')).toBeUndefined();
    expect(
      existsSync(join(settings.cacheFolder, 'models--org--name/snapshots', commit, 'w.safetensors')),
    ).toBe(false);
  });

  it('needs to write nothing where nothing is missing', async () => {
    const { test, hub, settings } = await readyHub();
    test.put('org/name', { files: FILES });
    const localFolder = join(settings.cacheFolder, 'plain');
    for (const [request, notes] of [
      [requestFor('org/name'), 'models--org--name/trees'],
      [requestFor('org/name', { localFolder }), 'plain/.cache/huggingface'],
    ] as const) {
      const { folder } = await pullAll(hub, request);
      // Stands for a disk that may only be read: root may write everywhere else.
      rmSync(join(settings.cacheFolder, notes), { recursive: true });
      writeFileSync(join(settings.cacheFolder, notes), '');
      expect(await pullAll(hub, request)).toMatchObject({ folder, receivedBytes: 0 });
    }
  });

  it('finds a whole snapshot by another name on a disk that may only be read', async (context) => {
    const { test, hub, settings } = await readyHub();
    mkdirSync(settings.cacheFolder, { recursive: true });
    const lock = readOnlyDisk(settings.cacheFolder);
    context.skip(lock === undefined, 'only root may mount a disk');
    test.put('org/name', { files: FILES, revisions: ['v1'] });
    const { folder } = await pullAll(hub, requestFor('org/name'));
    lock?.();
    const tagged = await pullAll(hub, requestFor('org/name', { revision: 'v1' }));
    expect(tagged).toMatchObject({ folder, receivedBytes: 0 });
    expect(await readRef(settings.cacheFolder, REPO, 'v1')).toBeUndefined();
    // All bytes are there, but not the links of this commit.
    test.put('org/name', { files: { ...FILES, 'twin.json': '{}' } });
    await expect(pullAll(hub, requestFor('org/name'))).rejects.toMatchObject({
      code: 'HUB_WRITE',
      message: expect.stringMatching(/snapshots cannot be written: the file system is read-only\.$/),
    });
  });

  it('does not hide that a branch could not be written for another reason', async () => {
    const { test, hub, settings } = await readyHub();
    test.put('org/name', { files: FILES, revisions: ['v1'] });
    await pullAll(hub, requestFor('org/name'));
    mkdirSync(join(settings.cacheFolder, 'models--org--name/refs/v1'));
    await expect(pullAll(hub, requestFor('org/name', { revision: 'v1' }))).rejects.toMatchObject({
      code: 'HUB_WRITE',
      message: expect.stringMatching(/refs\/v1 cannot be written: it is a folder\.$/),
    });
  });

  it('says so when the cache is none', async () => {
    const { test, client, settings } = await readyHub();
    test.put('org/name', { files: FILES });
    mkdirSync(settings.cacheFolder, { recursive: true });
    const file = join(settings.cacheFolder, 'file');
    writeFileSync(file, '');
    const pulled = pullAll(client({ cacheFolder: join(file, 'below') }), requestFor('org/name'));
    await expect(pulled).rejects.toMatchObject({ code: 'HUB_READ' });
  });

  it('brings a damaged blob anew', async () => {
    const { test, hub, settings } = await readyHub();
    test.put('org/name', { files: FILES });
    const { files } = await pullAll(hub, requestFor('org/name'));
    const { digest } = files.find(({ path }) => path === 'w.safetensors') as HubFile;
    writeFileSync(join(settings.cacheFolder, 'models--org--name/blobs', digest.hex), 'cut off');
    expectWhole(await pullAll(hub, requestFor('org/name')));
  });

  it('fills a plain folder, and only with what is missing', async () => {
    const { test, hub, settings } = await readyHub();
    test.put('org/name', { files: FILES });
    const localFolder = join(settings.cacheFolder, 'plain');
    expectWhole(await pullAll(hub, requestFor('org/name', { localFolder })));
    writeFileSync(join(localFolder, 'config.json'), '[]');
    const { receivedBytes } = await pullAll(hub, requestFor('org/name', { localFolder, force: false }));
    expect(receivedBytes).toBeLessThanOrEqual(2);
  });

  it('works twice at the same time', async () => {
    const { test, client } = await readyHub();
    test.put('org/name', { files: { ...FILES, 'large.bin': noise(17 * 1024 * 1024, 5) } });
    const both = await Promise.all([1, 2].map(() => pullAll(client(), requestFor('org/name'))));
    for (const snapshot of both) expectWhole(snapshot);
  });
});
