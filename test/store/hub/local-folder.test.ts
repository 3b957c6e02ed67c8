import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import { LocalFolder } from '../../../src/store/hub/local-folder.js';
import { scratch } from '../../archive/scratch.js';
import { gitSha1 } from './test-hub.js';

const COMMIT = 'c'.repeat(40);
const hex = gitSha1(Buffer.from('hello'));
const FILE: HubFile = {
  path: 'sub/x.json',
  sizeBytes: 5,
  digest: { algorithm: 'git-sha1', hex },
  blobId: hex,
};
const NOTE = '.cache/huggingface/download/sub/x.json.metadata';

describe('a plain folder', () => {
  it('gets the file itself, and a note beside as Python writes it', async () => {
    const path = scratch();
    const folder = new LocalFolder(path, COMMIT);
    await folder.prepare([FILE]);
    expect(await folder.has(FILE)).toBe(false);
    const unfinished = await folder.claim(FILE, false);
    writeFileSync(unfinished, 'hello');
    await folder.place(FILE, unfinished);
    await folder.finish();
    expect(readFileSync(join(path, 'sub/x.json'), 'utf8')).toBe('hello');
    expect(readFileSync(join(path, '.cache/huggingface/.gitignore'), 'utf8')).toBe('*');
    expect(readFileSync(join(path, NOTE), 'utf8')).toMatch(
      new RegExp(`^${COMMIT}\\n${hex}\\n\\d+(\\.\\d+)?\\n$`),
    );
    expect(existsSync(join(path, `.cache/huggingface/trees/${COMMIT}.json`))).toBe(true);
    expect(await folder.has(FILE)).toBe(true);
    expect(folder.lockPath(FILE)).toBe(join(path, '.cache/huggingface/download/sub/x.json.lock'));
  });

  it('trusts its note only for a file that was not changed since', async () => {
    const path = scratch({ 'sub/x.json': 'other', [NOTE]: `${COMMIT}\n${hex}\n${Date.now() / 1000}\n` });
    const folder = new LocalFolder(path, COMMIT);
    expect(await folder.has(FILE)).toBe(true);
    const later = Date.now() / 1000 + 60;
    utimesSync(join(path, 'sub/x.json'), later, later);
    expect(await folder.has(FILE)).toBe(false);
  });

  it('hashes a file without a note', async () => {
    const folder = (text: string) => new LocalFolder(scratch({ 'sub/x.json': text }), COMMIT);
    expect(await folder('hello').has(FILE)).toBe(true);
    expect(await folder('other').has(FILE)).toBe(false);
    expect(await folder('longer text').has(FILE)).toBe(false);
  });
});
