import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noise } from '../archive/scratch.js';
import { type Desk, desk } from './download/running.js';

const FILES: Record<string, Buffer> = {
  'config.json': Buffer.from('{"model_type":"bloom"}'),
  'sub/vocab.txt': Buffer.from('a\nb\n'),
  'model.safetensors': noise(300_000),
};

async function deskWithModel(): Promise<Desk & { snapshot: string }> {
  const made = await desk();
  const commit = made.hub.put('org/name', { files: FILES });
  return { ...made, snapshot: join(made.home, 'hub/models--org--name/snapshots', commit) };
}

function expectFiles(folder: string, paths = Object.keys(FILES)): void {
  for (const path of paths)
    expect(readFileSync(join(folder, path)).equals(FILES[path] as Buffer), path).toBe(true);
}

describe('ts download', () => {
  it('prints the path last and alone on stdout, and lines about the way on stderr', async () => {
    const { ts, snapshot } = await deskWithModel();
    const first = await ts(['download', 'org/name']);
    expect(first).toMatchObject({ code: 0, stdout: `${snapshot}\n` });
    expect(first.stderr).toMatch(/^Downloading 3 files, 300\.0 kB\.\n(\d\/3 .+\n){3}$/);
    expectFiles(snapshot);
    expect(readlinkSync(join(snapshot, 'config.json'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect(await ts(['download', 'org/name'])).toEqual({ code: 0, stdout: `${snapshot}\n`, stderr: '' });
  });

  it('needs no network with HF_HUB_OFFLINE, and says what is missing', async () => {
    const { ts, snapshot, hub } = await deskWithModel();
    await ts(['download', 'org/name', '--quiet', '--exclude', '*.safetensors']);
    const asked = hub.seen.length;
    const offline = { HF_HUB_OFFLINE: '1' };
    const args = ['download', '--include', '*.json', 'org/name'];
    expect(await ts(args, offline)).toEqual({ code: 0, stdout: `${snapshot}\n`, stderr: '' });
    const missing = await ts(['download', 'org/name'], offline);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('1 of 3 files are missing (model.safetensors)');
    expect((await ts([...args, '--force'], offline)).stderr).toContain(
      '--force needs the network, and HF_HUB_OFFLINE forbids it.\nLeave --force out',
    );
    expect(hub.seen.length).toBe(asked);
  });

  it('takes the spelling of the tutorials', async () => {
    const { ts, folder } = await deskWithModel();
    const { code, stdout } = await ts([
      'download',
      '--model_path',
      'model',
      '--model_name',
      'org/name',
      '--revision',
      'main',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(join(folder, 'model/models--org--name/snapshots/'));
    expectFiles(stdout.trim());
  });

  it('says with --dry-run what would come, and makes nothing', async () => {
    const { ts, home } = await deskWithModel();
    const { code, stdout, stderr } = await ts([
      'download',
      'org/name',
      '--dry-run',
      '--exclude',
      'sub/*,*.md',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^org\/name, main \([0-9a-f]{40}\)\n +22 B +to come +config\.json\n/);
    expect(stdout).toMatch(/2 files, 300\.0 kB; to come: 300\.0 kB \(300022 bytes\)\n$/);
    const asJson = await ts(['download', 'org/name', '--dry-run', '--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      repo: 'org/name',
      totalBytes: 300_026,
      missingBytes: 300_026,
    });
    expect(existsSync(home)).toBe(false);
  });

  it('prints one JSON object with --json, and only the path with --quiet', async () => {
    const { ts, snapshot } = await deskWithModel();
    const { stdout, stderr } = await ts(['download', 'org/name', '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      path: snapshot,
      receivedBytes: 300_026,
      files: [
        { path: 'config.json', before: 'missing', digest: expect.stringMatching(/^git-sha1:/) },
        {},
        {},
      ],
    });
    expect(await ts(['download', 'org/name', '--quiet', '--force'])).toEqual({
      code: 0,
      stdout: `${snapshot}\n`,
      stderr: '',
    });
  });

  it('fills a folder with --local-dir, and brings data sets with --repo-type', async () => {
    const { ts, folder, hub, home } = await deskWithModel();
    expect(await ts(['download', 'org/name', '--local-dir', 'plain', '--quiet'])).toMatchObject({
      code: 0,
      stdout: `${join(folder, 'plain')}\n`,
    });
    expectFiles(join(folder, 'plain'));
    expect(existsSync(home)).toBe(false);
    hub.put('org/data', { type: 'dataset', files: { 'd.csv': 'a,b' } });
    expect((await ts(['download', 'org/data', '--repo-type', 'dataset'])).stdout).toContain(
      'datasets--org--data',
    );
  });

  it('packs the snapshot with --zip, from where it lies, and replaces an older one', async () => {
    const { ts, folder, snapshot } = await deskWithModel();
    writeFileSync(join(folder, 'model.zip'), 'old');
    const { code, stdout } = await ts(['download', 'org/name', '--zip', 'model.zip']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${snapshot}\n` });
    mkdirSync(join(folder, 'out'));
    expect(spawnSync('unzip', ['-q', join(folder, 'model.zip'), '-d', join(folder, 'out')]).status).toBe(0);
    expectFiles(join(folder, 'out'));
    const refused = await ts(['download', 'org/name', '--zip', 'none/model.zip']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('there is no folder');
  });

  it('uses the token of the flag, of HF_TOKEN or of ts login', async () => {
    const { ts, hub, home } = await deskWithModel();
    hub.put('org/secret', { privateFor: 'hf_mine', files: FILES });
    const args = ['download', 'org/secret', '--quiet', '--force'];
    expect((await ts(args)).stderr).toMatch(
      /^org\/secret \(model\) was not found on .*\nCheck the spelling.*ts login/,
    );
    expect((await ts([...args, '--token', 'hf_mine'])).code).toBe(0);
    expect((await ts(args, { HF_TOKEN: 'hf_mine' })).code).toBe(0);
    writeFileSync(join(home, 'token'), 'hf_mine\n');
    expect((await ts(args)).code).toBe(0);
    const leaked = hub.seen.filter(
      ({ server, headers }) => server === 'cdn' && headers.authorization !== undefined,
    );
    expect(leaked).toEqual([]);
  });

  it.each([
    [['org/none'], 1, /org\/none \(model\) was not found on http/],
    [['org/name', '--revision', 'v9'], 1, /org\/name has no revision "v9"/],
    [['org/name', '--include', '*.onnx'], 1, /None of the 3 files of org\/name is left/],
    [['../etc'], 2, /"\.\.\/etc" is not the name of a repository/],
    [['org/name', '--revision', '../x'], 2, /cannot be a revision/],
    [[], 2, /Which repository\?/],
    [['org/name', '--model-name', 'org/other'], 2, /Both org\/name and --model-name/],
    [['org/name', '--local-dir', 'a', '--cache-dir', 'b'], 2, /exclude each other/],
    [['org/name', '--max-workers', '0'], 2, /max-workers/],
    [['org/name', '--repo-type', 'zoo'], 2, /repo-type/],
  ])('ends with an error for %j', async (args, code, words) => {
    const { ts, home } = await deskWithModel();
    const ended = await ts(['download', ...args]);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(words);
    expect(existsSync(home)).toBe(false);
  });

  it('stops cleanly on Ctrl-C and goes on from the same byte', async () => {
    const { start, ts, hub, snapshot, home } = await deskWithModel();
    let sent = 0;
    hub.fault = ({ server }, response, body) => {
      if (server !== 'cdn' || !body || sent > 0) return false;
      sent = 100_000;
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, sent));
      return true;
    };
    const { child, ended } = start(['download', 'org/name']);
    const blobs = join(home, 'hub/models--org--name/blobs');
    await until(() => existsSync(blobs) && readdirSync(blobs).some((name) => name.endsWith('.incomplete')));
    await until(() => sent > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('Interrupted.\nWhat has arrived is kept');
    expect((await ts(['download', 'org/name'])).stderr).toContain('model.safetensors: goes on at 100.0 kB');
    expect(hub.seen.some(({ headers }) => headers.range === 'bytes=100000-')).toBe(true);
    expectFiles(snapshot);
  });

  it('says beforehand that a disk is too small, and leaves nothing there', async (context) => {
    const { ts, folder } = await deskWithModel();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'none', disk]);
    context.skip(mounted.status !== 0, 'only root may mount a small disk');
    onTestFinished(() => void spawnSync('umount', [disk]));
    const ended = await ts(['download', 'org/name'], { HF_HUB_CACHE: disk });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/has room for [\d.]+ kB, and 1\.3 MB are needed/);
    expect(readdirSync(disk)).toEqual([]);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
