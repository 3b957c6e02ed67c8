import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FetchFile, fetchFile } from '../../../src/store/hub/fetch-file.js';
import { startHashers } from '../../../src/store/hub/hashers.js';
import type { HubFile } from '../../../src/store/hub/hub-file.js';
import { noise } from '../../archive/scratch.js';
import { type ReadyHub, readyHub } from './ready-hub.js';
import type { Fault } from './test-hub.js';

const BYTES = noise(3000);
const SHA = createHash('sha256').update(BYTES).digest('hex');
const FILE: HubFile = {
  path: 'w.bin',
  sizeBytes: BYTES.length,
  digest: { algorithm: 'sha256', hex: SHA },
  blobId: 'a'.repeat(40),
};

interface Place extends ReadyHub {
  readonly path: string;
  fetch(changes?: Partial<FetchFile>): Promise<void>;
  /** The `Range` headers of the requests for the bytes. */
  ranges(): (string | undefined)[];
}

async function place(fault?: Fault, earlier?: Buffer): Promise<Place> {
  const ready = await readyHub();
  const commit = ready.test.put('org/name', { files: { 'w.bin': BYTES } });
  ready.test.fault = fault;
  const folder = mkdtempSync(join(tmpdir(), 'ts-fetch-'));
  const path = join(folder, 'partial');
  if (earlier) writeFileSync(path, earlier);
  const hashers = startHashers(0);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { hub, signal } = ready;
  const repo = { id: 'org/name', type: 'model' } as const;
  const job: FetchFile = { hub, repo, commit, file: FILE, path, hashers, signal, onSize: () => undefined };
  return {
    ...ready,
    path,
    fetch: (changes) => fetchFile({ ...job, ...changes }),
    ranges: () =>
      ready.test.seen.filter(({ server }) => server === 'cdn').map(({ headers }) => headers.range),
  };
}

/** Sends the beginning of an answer that announces all of it, and cuts the connection. */
function cutAfter(response: ServerResponse, body: Buffer, sentBytes: number): void {
  const from = BYTES.length - body.length;
  const range = { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` };
  response.writeHead(from === 0 ? 200 : 206, { 'content-length': body.length, ...(from === 0 ? {} : range) });
  response.flushHeaders();
  if (sentBytes === 0) response.destroy();
  else response.write(body.subarray(0, sentBytes), () => response.destroy());
}

describe('fetching a file', () => {
  it('goes on at the byte where an earlier run ended', async () => {
    const there = await place(undefined, BYTES.subarray(0, 1234));
    const sizes: number[] = [];
    await there.fetch({ onSize: (sizeBytes) => sizes.push(sizeBytes) });
    expect(readFileSync(there.path)).toEqual(BYTES);
    expect(there.ranges()).toEqual(['bytes=1234-']);
    expect([sizes[0], sizes.at(-1)]).toEqual([1234, 3000]);
  });

  it('needs no network when all bytes are there', async () => {
    const there = await place(undefined, BYTES);
    await there.fetch();
    expect(there.test.seen).toEqual([]);
  });

  it('goes on at the byte where the connection was cut, wherever that is', async () => {
    const steps = [0, 1, 2, 700, 0, 5, 1000];
    const there = await place((seen, response, body) => {
      const step = steps[0];
      if (seen.server !== 'cdn' || step === undefined || !body) return false;
      steps.shift();
      cutAfter(response, body, step);
      return true;
    });
    await there.fetch();
    expect(readFileSync(there.path)).toEqual(BYTES);
    const asked = there.ranges().map((range) => Number(/\d+/.exec(range ?? '0')?.[0]));
    // Bytes that were sent may be lost with the connection; never is one asked for twice that has come.
    expect(asked).toEqual([...asked].sort((one, other) => one - other));
    expect(asked.at(-1)).toBeGreaterThan(0);
  });

  it('begins anew where the server knows no ranges', async () => {
    const there = await place(
      (seen, response) => {
        if (seen.server !== 'cdn') return false;
        response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
        return true;
      },
      BYTES.subarray(0, 1234),
    );
    await there.fetch();
    expect(readFileSync(there.path)).toEqual(BYTES);
  });

  it('fetches all of it again when what was there is wrong', async () => {
    const there = await place(undefined, noise(1234, 7));
    await there.fetch();
    expect(readFileSync(there.path)).toEqual(BYTES);
    expect(there.ranges()).toEqual(['bytes=1234-', undefined]);
  });

  it('never takes wrong bytes for right ones, however often they come', async () => {
    const wrong = Buffer.from(BYTES);
    wrong.writeUInt8(wrong.readUInt8(1500) ^ 1, 1500);
    const there = await place((seen, response) => {
      if (seen.server !== 'cdn') return false;
      response.writeHead(200, { 'content-length': wrong.length }).end(wrong);
      return true;
    });
    await expect(there.fetch()).rejects.toMatchObject({
      code: 'HUB_DIGEST',
      message: expect.stringContaining(`not ${SHA}`),
    });
    expect(there.ranges()).toHaveLength(3);
    expect(readFileSync(there.path)).toHaveLength(0);
  });

  it.each([
    ['more bytes than the file has', 200, { 'transfer-encoding': 'chunked' }, Buffer.concat([BYTES, BYTES])],
    ['a page in place of the file', 200, { 'content-length': '9' }, Buffer.from('<html>hi ')],
    ['another part than was asked for', 206, { 'content-range': 'bytes 7-3006/3007' }, BYTES],
    ['it compressed', 200, { 'content-encoding': 'gzip' }, BYTES],
    ['less, as if that were all', 200, { 'transfer-encoding': 'chunked' }, BYTES.subarray(0, 5)],
  ])('does not accept %s', async (_, status, headers, body) => {
    let faults = 0;
    const there = await place((seen, response) => {
      if (seen.server !== 'cdn' || faults === 2) return false;
      faults += 1;
      response.writeHead(status, headers).end(body);
      return true;
    });
    await there.fetch();
    expect(readFileSync(there.path)).toEqual(BYTES);
    there.test.fault = (seen, response) =>
      seen.server === 'cdn' && Boolean(response.writeHead(status, headers).end(body));
    writeFileSync(there.path, '');
    await expect(there.fetch()).rejects.toThrow(
      /^(localhost|127\.0\.0\.1):\d+ (does not answer|cannot be reached)/,
    );
  });

  it('waits and asks again when the hub is busy', async () => {
    const statuses = [429, 500, 503];
    const there = await place((_, response) => {
      const status = statuses.shift();
      return status !== undefined && Boolean(response.writeHead(status, { 'retry-after': '0' }).end());
    });
    await there.fetch();
    expect(readFileSync(there.path)).toEqual(BYTES);
  });

  it('keeps what has come when it is interrupted', async () => {
    const controller = new AbortController();
    const there = await place((seen, response, body) => {
      if (seen.server !== 'cdn' || !body) return false;
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 1000));
      return true;
    });
    const onSize = (sizeBytes: number) => {
      if (sizeBytes === 1000) controller.abort();
    };
    await expect(there.fetch({ signal: controller.signal, onSize })).rejects.toMatchObject({
      code: 'HUB_CANCELLED',
    });
    expect(readFileSync(there.path)).toEqual(BYTES.subarray(0, 1000));
  });
});
