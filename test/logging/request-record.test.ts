import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedRequest } from '../../src/core/recorded-request.js';
import {
  openRequestRecord,
  type RequestRecord,
  type RequestRecordOptions,
  type TakenRequest,
} from '../../src/logging/request-record.js';

const SETTINGS = {
  recordMaxBytes: 1_000_000,
  recordBodyMaxBytes: 100,
  recordRedactHeaders: ['authorization', 'Cookie', 'token'],
  logBufferBytes: 65_536,
};
const REQUEST: TakenRequest = {
  method: 'POST',
  path: '/predictions/noop',
  query: '',
  rawHeaders: ['Content-Type', 'text/plain'],
  body: Buffer.from('grün'),
};

let folder: string;
let path: string;
let opened: RequestRecord[];
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-'));
  path = join(folder, 'below', 'requests.jsonl');
  opened = [];
  warnings = [];
});
afterEach(async () => {
  for (const record of opened) await record.close();
  rmSync(folder, { recursive: true });
});

function open(settings: Partial<RequestRecordOptions['settings']> = {}): RequestRecord {
  const nothing = (): void => {};
  const log = { debug: nothing, info: nothing, error: nothing, warn: (line: string) => warnings.push(line) };
  const now = () => Date.UTC(2024, 4, 30, 21, 46, 3, 625);
  const record = openRequestRecord({ path, settings: { ...SETTINGS, ...settings }, log, now });
  opened.push(record);
  return record;
}

function lines(record: RequestRecord): RecordedRequest[] {
  record.flush();
  const text = readFileSync(path, 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RecordedRequest);
}

describe('a file of recorded requests', () => {
  it('has a JSON line for each request', () => {
    const record = open();
    record.add({ ...REQUEST, query: 'a=1&b=%20' });
    record.add({ ...REQUEST, method: 'GET', rawHeaders: [], body: Buffer.alloc(0) });
    expect(lines(record)).toEqual([
      {
        time: '2024-05-30T21:46:03.625Z',
        method: 'POST',
        path: '/predictions/noop?a=1&b=%20',
        headers: { 'content-type': 'text/plain' },
        body: 'grün',
      },
      { time: '2024-05-30T21:46:03.625Z', method: 'GET', path: '/predictions/noop', headers: {} },
    ]);
  });

  it('keeps every byte of a body that is no text', () => {
    const body = Buffer.from(Array.from({ length: 100 }, (_, index) => 255 - index));
    const record = open();
    record.add({ ...REQUEST, body });
    const [line] = lines(record);
    expect(line?.body).toBeUndefined();
    expect(Buffer.from(line?.bodyBase64 ?? '', 'base64').equals(body)).toBe(true);
  });

  it('keeps the size alone of a body that is too long', () => {
    const record = open();
    record.add({ ...REQUEST, body: Buffer.alloc(101, 'x') });
    const [line] = lines(record);
    expect(line).toMatchObject({ bodyBytesLeftOut: 101 });
    expect(line).not.toHaveProperty('body');
  });

  it('keeps no secret of headers and parameters', () => {
    const record = open();
    const rawHeaders = ['Authorization', 'Bearer s3cret', 'cookie', 's3cret', 'cookie', 's3cret', 'X-A', '1'];
    record.add({ ...REQUEST, query: 'token=s3cret&a=1', rawHeaders: [...rawHeaders, 'x-a', '2'] });
    const [line] = lines(record);
    expect(readFileSync(path, 'utf8')).not.toContain('s3cret');
    expect(line?.path).toBe('/predictions/noop?token=%5Bredacted%5D&a=1');
    expect(line?.headers).toEqual({ authorization: '[redacted]', cookie: '[redacted]', 'x-a': '1, 2' });
  });

  it('is for its owner alone, and continues one that is there', () => {
    const first = open();
    first.add(REQUEST);
    first.flush();
    const second = open();
    second.add(REQUEST);
    expect(lines(second)).toHaveLength(2);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('ends before it is larger than allowed, with one warning', () => {
    const record = open({ recordMaxBytes: 400 });
    for (let count = 0; count < 10; count += 1) record.add(REQUEST);
    expect(lines(record).length).toBeGreaterThan(1);
    expect(statSync(path).size).toBeLessThanOrEqual(400);
    expect(warnings).toEqual([expect.stringContaining('record_max_bytes')]);
  });

  it('counts what was there already', () => {
    const before = open();
    writeFileSync(path, `${'x'.repeat(350)}\n`);
    const record = open({ recordMaxBytes: 400 });
    record.add(REQUEST);
    record.flush();
    before.flush();
    expect(statSync(path).size).toBe(351);
  });

  it('cannot be opened where no file can be', () => {
    path = join(folder, 'file', 'requests.jsonl');
    writeFileSync(join(folder, 'file'), '');
    expect(() => open()).toThrowError(expect.objectContaining({ code: 'RECORD_FILE' }));
  });
});
