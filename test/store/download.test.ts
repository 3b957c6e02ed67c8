import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadOptions, download } from '../../src/store/download.js';
import { startWeb, type Web } from './web.js';

const BYTES = Buffer.from('an archive of some length');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

let web: Web;
let folder: string;

beforeAll(async () => {
  web = await startWeb(({ url }, response) => {
    if (url === '/slow.mar') {
      response.write('begun');
      return;
    }
    if (url === '/cut.mar') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('begun', () => response.destroy());
      return;
    }
    if (url === '/chunked.mar') response.write('x'.repeat(2000));
    response.end(BYTES);
  });
});

afterAll(() => web.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ts-download-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function fetchTo(name: string, options: Partial<DownloadOptions> = {}): Promise<void> {
  return download({
    url: `${web.url}/${name}`,
    path: join(folder, name),
    allowed: () => true,
    limits: { maxBytes: 1000, timeoutMs: 5000, idleTimeoutMs: 5000 },
    ...options,
  });
}

describe('a download', () => {
  it('appears whole under its name', async () => {
    await fetchTo('a.mar', { sha256: SHA256.toUpperCase() });
    expect(readFileSync(join(folder, 'a.mar'))).toEqual(BYTES);
    expect(readdirSync(folder)).toEqual(['a.mar']);
  });

  it('is refused when its checksum is another, and leaves nothing', async () => {
    await expect(fetchTo('a.mar', { sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      hint: expect.stringContaining(SHA256),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused when it is too large, also when it does not say so beforehand', async () => {
    await expect(fetchTo('chunked.mar')).rejects.toMatchObject({
      hint: expect.stringContaining('1000 bytes'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('fails when the connection is cut', async () => {
    await expect(fetchTo('cut.mar')).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given up when nothing comes any more', async () => {
    const limits = { maxBytes: 1000, timeoutMs: 5000, idleTimeoutMs: 50 };
    await expect(fetchTo('slow.mar', { limits })).rejects.toMatchObject({
      hint: expect.stringContaining('nothing came for 50 ms'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given up when it takes too long as a whole', async () => {
    const limits = { maxBytes: 1000, timeoutMs: 50, idleTimeoutMs: 5000 };
    await expect(fetchTo('slow.mar', { limits })).rejects.toMatchObject({
      hint: expect.stringContaining('longer than 50 ms'),
    });
  });

  it('does not replace what another has put there meanwhile', async () => {
    writeFileSync(join(folder, 'a.mar'), 'mine');
    await expect(fetchTo('a.mar')).rejects.toMatchObject({ message: 'Model file already exists a.mar' });
    expect(readFileSync(join(folder, 'a.mar'), 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['a.mar']);
  });

  it('says so when the store cannot be written', async () => {
    const path = join(folder, 'missing', 'a.mar');
    await expect(fetchTo('a.mar', { path })).rejects.toMatchObject({ code: 'MODEL_FILE_UNSAVED' });
    expect(existsSync(path)).toBe(false);
  });

  it('refuses URLs of a kind it does not know', async () => {
    await expect(fetchTo('a.mar', { url: 'ftp://host/a.mar' })).rejects.toMatchObject({
      message: 'Failed to download archive from: ftp://host/a.mar',
    });
  });
});
