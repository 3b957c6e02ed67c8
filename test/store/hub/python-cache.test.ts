import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { noise } from '../../archive/scratch.js';
import { type Desk, desk } from '../../commands/download/running.js';
import { pythonWith } from '../../runtimes/python/interpreters.js';

const python = pythonWith('huggingface_hub');
const run = promisify(execFile);

const FILES: Record<string, Buffer> = {
  'config.json': Buffer.from('{}'),
  'empty.txt': Buffer.alloc(0),
  'sub/deep/copy.bin': noise(50_000, 3),
  'copy.bin': noise(50_000, 3),
  'model.safetensors': noise(18_000_000, 4),
};

/** Runs Python's library on the cache of the desk; gives what it printed as JSON. */
async function ask({ hub, home }: Desk, code: string, env: Record<string, string> = {}): Promise<unknown> {
  if ('reason' in python) throw new Error(python.reason);
  const library = {
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    HF_HUB_DISABLE_XET: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    HF_TOKEN: '',
  };
  const { stdout } = await run(python.path, ['-c', `import json\n${code}`], {
    env: { ...process.env, HF_ENDPOINT: hub.url, HF_HOME: home, ...library, ...env },
  });
  return JSON.parse(stdout);
}

function expectFiles(folder: string): void {
  for (const [path, bytes] of Object.entries(FILES))
    expect(readFileSync(join(folder, path)).equals(bytes), path).toBe(true);
}

const OFFLINE = { HF_HUB_OFFLINE: '1' };

describe.skipIf('reason' in python)('the cache that is shared with Python', () => {
  it('serves Python without the network what ts has downloaded', async () => {
    const made = await desk();
    made.hub.put('org/name', { files: FILES });
    const { stdout } = await made.ts(['download', 'org/name', '--quiet']);
    const seen = await ask(
      made,
      `from huggingface_hub import snapshot_download, hf_hub_download, scan_cache_dir, try_to_load_from_cache
info = scan_cache_dir()
[repo] = info.repos
print(json.dumps({
  "snapshot": snapshot_download("org/name"),
  "file": hf_hub_download("org/name", "sub/deep/copy.bin"),
  "cached": try_to_load_from_cache("org/name", "empty.txt"),
  "warnings": [str(warning) for warning in info.warnings],
  "repo": repo.repo_id, "bytes": repo.size_on_disk, "refs": sorted(repo.refs),
}))`,
      OFFLINE,
    );
    const snapshot = stdout.trim();
    expect(seen).toEqual({
      snapshot,
      file: join(snapshot, 'sub/deep/copy.bin'),
      cached: join(snapshot, 'empty.txt'),
      warnings: [],
      repo: 'org/name',
      bytes: 18_050_002,
      refs: ['main'],
    });
  });

  it('serves ts without the network, and without a byte more, what Python has downloaded', async () => {
    const made = await desk();
    made.hub.put('org/name', { files: FILES });
    const folder = await ask(
      made,
      'from huggingface_hub import snapshot_download\nprint(json.dumps(snapshot_download("org/name")))',
    );
    expect((await made.ts(['download', 'org/name'], OFFLINE)).stdout).toBe(`${folder}\n`);
    expectFiles(String(folder));
    const { stdout } = await made.ts(['download', 'org/name', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ path: folder, receivedBytes: 0 });
  });

  it('lets each complete what the other has begun', async () => {
    const made = await desk();
    made.hub.put('org/name', { files: FILES });
    await made.ts(['download', 'org/name', '--quiet', '--include', '*.bin']);
    // Python knows from the list that is not all, and asks for the rest.
    const incomplete = ask(
      made,
      'from huggingface_hub import snapshot_download\nprint(json.dumps(snapshot_download("org/name")))',
      OFFLINE,
    );
    await expect(incomplete).rejects.toThrow(/incomplete|missing/i);
    const folder = await ask(
      made,
      'from huggingface_hub import snapshot_download\nprint(json.dumps(snapshot_download("org/name")))',
    );
    expectFiles(String(folder));
    rmSync(join(String(folder), 'config.json'));
    expect((await made.ts(['download', 'org/name'])).stdout).toBe(`${folder}\n`);
    expectFiles(String(folder));
  });

  it('holds for plain folders and for the token, too', async () => {
    const made = await desk();
    made.hub.put('org/name', { files: FILES });
    const local = join(made.folder, 'plain');
    await made.ts(['download', 'org/name', '--quiet', '--local-dir', local]);
    made.hub.accounts.set('hf_good', { name: 'ada', type: 'user' });
    await made.ts(['login', '--token', 'hf_good']);
    const bytesAsked = () => made.hub.seen.filter(({ server }) => server === 'cdn').length;
    const before = bytesAsked();
    const seen = await ask(
      made,
      `from huggingface_hub import snapshot_download, get_token, whoami
snapshot_download("org/name", local_dir=${JSON.stringify(local)})
print(json.dumps([get_token(), whoami()["name"]]))`,
    );
    expect(seen).toEqual(['hf_good', 'ada']);
    expect(bytesAsked()).toBe(before);
    const other = join(made.folder, 'other');
    await ask(
      made,
      `from huggingface_hub import snapshot_download\nprint(json.dumps(snapshot_download("org/name", local_dir=${JSON.stringify(other)})))`,
    );
    const asked = bytesAsked();
    expect((await made.ts(['download', 'org/name', '--local-dir', other, '--json'])).code).toBe(0);
    expect(bytesAsked()).toBe(asked);
  });
});
