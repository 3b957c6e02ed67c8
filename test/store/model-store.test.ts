import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowedUrls } from '../../src/store/allowed-urls.js';
import { ModelStore } from '../../src/store/model-store.js';
import { startWeb, type Web } from './web.js';

const LIMITS = { maxBytes: 1000, timeoutMs: 5000, idleTimeoutMs: 5000 };

let web: Web;
let root: string;
let folder: string;
let store: ModelStore;

beforeAll(async () => {
  web = await startWeb((_, response) => response.end('bytes'));
  root = mkdtempSync(join(tmpdir(), 'ts-store-'));
  folder = join(root, 'store');
  mkdirSync(join(folder, 'folder'), { recursive: true });
  for (const name of ['a.mar', 'b-2.tar.gz', 'c.model', '.hidden.mar', 'notes.txt'])
    writeFileSync(join(folder, name), '');
  writeFileSync(join(root, 'outside.mar'), '');
  store = new ModelStore({ folder, allowed: allowedUrls([`${web.url}.*`]), limits: LIMITS });
});

afterAll(() => {
  web.close();
  rmSync(root, { recursive: true });
});

describe('the model store', () => {
  it('finds an archive by its name', async () => {
    expect(await store.fetch('a.mar')).toEqual({
      path: join(folder, 'a.mar'),
      url: 'a.mar',
      name: 'a',
      remote: false,
    });
  });

  it('makes a name of what has none', async () => {
    expect((await store.fetch('b-2.tar.gz')).name).toBe('b_2');
    expect((await store.fetch('folder')).name).toBe('folder');
  });

  it('lists what `all` loads: archives and folders, nothing hidden', async () => {
    expect(await store.list()).toEqual(['a.mar', 'b-2.tar.gz', 'c.model', 'folder']);
  });

  it.each([
    '../outside.mar',
    '%2e%2e/outside.mar',
    '..%2foutside.mar',
    '%252e%252e%252foutside.mar',
    '..\\a.mar',
  ])('refuses %s over the API, whatever lies there', async (url) => {
    await expect(store.fetch(url)).rejects.toMatchObject({
      status: 404,
      type: 'ModelNotFoundException',
      message: `Relative path is not allowed in url: ${url}`,
    });
  });

  it('does not reach outside over the API', async () => {
    const url = join(root, 'outside.mar');
    await expect(store.fetch(url)).rejects.toMatchObject({ message: `Model not found at: ${url}` });
    await expect(store.fetch('')).rejects.toMatchObject({ message: 'empty url' });
    await expect(store.fetch('.')).rejects.toMatchObject({ code: 'MODEL_FILE_NOT_FOUND' });
  });

  it('lets the operator name any path', async () => {
    const path = join(root, 'outside.mar');
    expect((await store.fetch(path, { by: 'operator' })).path).toBe(path);
    expect((await store.fetch('../outside.mar', { by: 'operator', cwd: folder })).path).toBe(path);
    expect((await store.fetch('a.mar', { by: 'operator', cwd: root })).path).toBe(join(folder, 'a.mar'));
  });

  it('fetches what allowed_urls permits, under the last name of the path', async () => {
    const sha256 = createHash('sha256').update('bytes').digest('hex');
    const url = `${web.url}/deep/er/x%20y.mar?token=1#sha256=${sha256}`;
    expect(await store.fetch(url)).toEqual({ path: join(folder, 'x y.mar'), url, name: 'x_y', remote: true });
    expect(existsSync(join(folder, 'x y.mar'))).toBe(true);
    await expect(store.fetch(url)).rejects.toMatchObject({
      status: 500,
      message: 'Model file already exists x y.mar',
    });
  });

  it('refuses other URLs', async () => {
    await expect(store.fetch('https://example.com/a.mar')).rejects.toMatchObject({
      status: 404,
      message: 'Given URL https://example.com/a.mar does not match any allowed URL(s)',
    });
    await expect(store.fetch(`${web.url}/.hidden`)).rejects.toMatchObject({ code: 'MODEL_FILE_NOT_FOUND' });
  });

  it('takes other schemes for names of files', async () => {
    await expect(store.fetch('s3://bucket/none.mar')).rejects.toMatchObject({
      message: 'Model not found at: s3://bucket/none.mar',
    });
  });

  it('may be absent, and then only the operator finds anything', async () => {
    const none = new ModelStore({ folder: undefined, allowed: () => true, limits: LIMITS });
    await expect(none.fetch('a.mar')).rejects.toMatchObject({
      message: 'Model store has not been configured.',
    });
    const path = join(root, 'outside.mar');
    expect((await none.fetch(path, { by: 'operator' })).path).toBe(path);
  });

  it('says which folder cannot be read', async () => {
    const gone = new ModelStore({ folder: join(root, 'gone'), allowed: () => true, limits: LIMITS });
    await expect(gone.list()).rejects.toMatchObject({ code: 'MODEL_STORE_UNREADABLE' });
  });
});
