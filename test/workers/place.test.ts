import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../src/workers/place.js';

const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "/opt/ts/worker/batch_loop.py", line 80, in run',
  '  File "/m/handler.py", line 12, in handle',
  '  File "/m/model/net.py", line 3, in forward',
  '  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode',
  'ValueError: oh',
];
const FAULT = [
  'Fatal Python error: Segmentation fault',
  '',
  'Current thread 0x00007f (most recent call first):',
  '  File "/usr/lib/python3.11/ctypes/__init__.py", line 517 in string_at',
  '  File "/m/handler.py", line 9 in crash',
  '  File "/m/handler.py", line 30 in handle',
  '  File "/opt/ts/worker/main.py", line 12 in main',
];
const NODE = [
  'Error: oh',
  '    at parse (node:internal/x:1:2)',
  '    at inner (file:///m/lib/inner.mjs:4:9)',
  '    at handle (file:///m/handler.mjs:12:5)',
];

describe('the place of a death', () => {
  it.each([
    ['a traceback', TRACEBACK, 'model/net.py:3'],
    ['the last traceback', [...TRACEBACK, '  File "/m/handler.py", line 99, in handle'], 'handler.py:99'],
    ['a crash', FAULT, 'handler.py:9'],
    ['a crash after a traceback', [...TRACEBACK, ...FAULT], 'handler.py:9'],
    ['an error of Node', NODE, 'lib/inner.mjs:4'],
    ['nothing of the model', ['  File "/opt/ts/main.py", line 1', 'oh'], undefined],
    ['a folder whose name begins alike', ['  File "/model/a.py", line 1'], undefined],
  ])('is found in %s', (_, lines, place) => {
    expect(placeOf('The worker ended.', lines, '/m')).toBe(place);
  });

  it('is rather the one that the reason names', () => {
    expect(placeOf('NameError: x (/m/other.py:5)', TRACEBACK, '/m')).toBe('other.py:5');
  });

  it('is found behind links, too', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ts-place-')));
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const line = `  File "${join(folder, 'real', 'h.py')}", line 2, in f`;
    expect(placeOf('', [line], join(folder, 'link'))).toBe('h.py:2');
    rmSync(folder, { recursive: true });
  });
});
