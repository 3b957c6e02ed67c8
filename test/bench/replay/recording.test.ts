import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RecordingLine, readRecording, surveyRecording } from '../../../src/bench/replay/recording.js';

const SOUND = {
  time: '2024-05-30T21:46:03.625Z',
  method: 'POST',
  path: '/predictions/noop?a=1',
  headers: {},
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recording-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fileOf(...lines: (string | object)[]): string {
  const path = join(folder, 'requests.jsonl');
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

async function linesOf(path: string): Promise<RecordingLine[]> {
  const lines: RecordingLine[] = [];
  for await (const line of readRecording(path)) lines.push(line);
  return lines;
}

describe('a file of recorded requests', () => {
  it('gives each request with its bytes, without what belongs to a connection and without hidden secrets', async () => {
    const headers = {
      host: 'a',
      'content-length': '9',
      connection: 'close',
      authorization: '[redacted]',
      'x-a': '1',
    };
    const path = fileOf({ ...SOUND, headers, body: 'grün' }, '', { ...SOUND, bodyBase64: '/wA=' }, SOUND);
    const requests = (await linesOf(path)).map((line) =>
      line.kind === 'request' ? line.request : undefined,
    );
    expect(requests).toMatchObject([
      {
        line: 1,
        method: 'POST',
        path: '/predictions/noop?a=1',
        headers: { 'x-a': '1' },
        body: Buffer.from('grün'),
      },
      { line: 3, body: Buffer.from([255, 0]) },
      { line: 4, body: Buffer.alloc(0), timeMs: Date.UTC(2024, 4, 30, 21, 46, 3, 625) },
    ]);
    expect(requests[0]?.headers).toEqual({ 'x-a': '1' });
  });

  it.each([
    'no JSON',
    '{"time":"2024-05-30T21:46:03.625Z","method":"PO',
    '7',
    'null',
    { ...SOUND, time: 'soon' },
    { ...SOUND, method: 'get' },
    { ...SOUND, method: undefined },
    { ...SOUND, path: 'http://elsewhere/' },
    { ...SOUND, path: '/a b' },
    { ...SOUND, headers: undefined },
    { ...SOUND, headers: { a: 1 } },
    { ...SOUND, headers: { 'a b': 'c' } },
    { ...SOUND, headers: { a: 'b\r\nc: d' } },
    { ...SOUND, body: 7 },
    { ...SOUND, bodyBase64: {} },
  ])('has a broken line: %j', async (line) => {
    expect(await linesOf(fileOf(SOUND, line))).toMatchObject([
      { kind: 'request' },
      { kind: 'broken', line: 2 },
    ]);
  });

  it('is looked through before it is used', async () => {
    const path = fileOf(SOUND, 'x', { ...SOUND, bodyBytesLeftOut: 9 }, SOUND, 'y');
    expect(await surveyRecording(path)).toEqual({ requests: 2, leftOut: 1, broken: [2, 5] });
    expect(await surveyRecording(fileOf(''))).toEqual({ requests: 0, leftOut: 0, broken: [] });
  });

  it('must be a file that can be read', async () => {
    await expect(surveyRecording(join(folder, 'nothing'))).rejects.toMatchObject({
      code: 'REPLAY_FILE',
      message: expect.stringContaining('there is no such file'),
    });
    await expect(surveyRecording(folder)).rejects.toMatchObject({ code: 'REPLAY_FILE' });
  });
});
