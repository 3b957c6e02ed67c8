import { existsSync, lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desk } from '../download/running.js';

const FILES = { 'config.json': '{}', 'model.safetensors': 'weights', 'sub/tokenizer.json': '{}' };

describe('ts archive --from', () => {
  it('archives a repository from the cache, fetched first when it is not there', async () => {
    const { hub, ts, folder, home } = await desk();
    const commit = hub.put('org/name', { files: FILES, revisions: ['v1'] });
    writeFileSync(join(folder, 'my_handler.py'), '');
    const args = ['archive', '--model-name', 'm', '--from', 'org/name', '--revision', 'v1', '--json', '-f'];
    const { code, stdout, stderr } = await ts(args);
    expect(code, stderr).toBe(0);
    const { files, manifest } = JSON.parse(stdout);
    expect(files.map(({ name }: { name: string }) => name)).toEqual([
      'config.json',
      'model.safetensors',
      'my_handler.py',
      'sub/tokenizer.json',
    ]);
    expect(manifest.model.handler).toBe('my_handler.py');
    // The cache holds the only copy beside the archive.
    const snapshot = join(home, 'hub/models--org--name/snapshots', commit, 'model.safetensors');
    expect(lstatSync(snapshot).isSymbolicLink()).toBe(true);
    const again = await ts(args, { HF_HUB_OFFLINE: '1' });
    expect(JSON.parse(again.stdout).sizeBytes).toBe(JSON.parse(stdout).sizeBytes);
  });

  it('takes only the files that patterns leave, and says what it found', async () => {
    const { hub, ts, folder } = await desk();
    hub.put('org/name', { files: FILES });
    writeFileSync(join(folder, 'my_handler.py'), '');
    const patterns = ['--include', '*.json,*.safetensors', '--exclude', 'sub/*'];
    const { code, stdout, stderr } = await ts([
      'archive',
      '--model-name',
      'm',
      '--from',
      'org/name',
      ...patterns,
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('4 files');
    expect(stderr).toMatch(/--extra-files 2 files +the snapshot of the hub/);
  });

  it('writes nothing when the repository is not there, or a flag lacks its other', async () => {
    const { ts, folder } = await desk();
    const missing = await ts(['archive', '--model-name', 'm', '--from', 'org/none']);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('org/none (model) was not found');
    expect((await ts(['archive', '--model-name', 'm', '--revision', 'v1'])).code).toBe(2);
    expect(existsSync(join(folder, 'm.mar'))).toBe(false);
  });
});
