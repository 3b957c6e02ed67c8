import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LastLines, LineSplitter } from '../../src/core/output.js';

/** The lines of these chunks, the stream ended after them. */
function split(chunks: readonly (string | Buffer)[], maxLineBytes = 100): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(maxLineBytes, (line) => lines.push(line));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}

describe('the output of a worker', () => {
  it('is cut at newlines, wherever its chunks begin and end', () => {
    expect(split(['one\ntw', 'o\n', '\n', 'th', 'ree'])).toEqual(['one', 'two', '', 'three']);
  });

  it('is cut at carriage returns too, and both together are one break', () => {
    expect(split(['a\r\nb\r', '\nc\n'])).toEqual(['a', 'b', 'c']);
    expect(split(['10 %\r20 %\r\r30 %\r', '\r\n', '\n'])).toEqual(['10 %', '20 %', '30 %', '']);
  });

  it('keeps letters that are cut in two by a chunk', () => {
    const bytes = Buffer.from('grün\n');
    expect(split([bytes.subarray(0, 3), bytes.subarray(3)])).toEqual(['grün']);
  });

  it('drops the rest of a line that is too long and says how much', () => {
    expect(split(['0123456789', 'abcdef', 'gh\nnext'], 10)).toEqual(['0123456789 … (8 more bytes)', 'next']);
  });

  it('shows what is no text as such, and lets colours and tabs pass', () => {
    expect(split([Buffer.from([0, 0x61, 7, 0xff, 0x62, 0x0a])])).toEqual(['\ufffda\ufffd\ufffdb']);
    expect(split(['\u001b[31mred\u001b[0m\t.\n'])).toEqual(['\u001b[31mred\u001b[0m\t.']);
  });

  it('takes any junk', () => {
    const junk = randomBytes(200_000);
    const lines = split([junk.subarray(0, 77_777), junk.subarray(77_777)], 1000);
    expect(lines.length).toBeGreaterThan(500);
  });

  it('needs no memory for gigabytes without a newline', () => {
    const chunk = Buffer.alloc(16 * 1024 * 1024, 'x');
    const lines: string[] = [];
    const splitter = new LineSplitter(1000, (line) => lines.push(line));
    for (let n = 0; n < 128; n += 1) splitter.push(chunk);
    splitter.end();
    expect(lines).toEqual([`${'x'.repeat(1000)} … (${2 * 1024 ** 3 - 1000} more bytes)`]);
  });

  it('reads a chunk of nothing but breaks once', () => {
    expect(split(['\r'.repeat(1_000_000)])).toEqual([]);
    expect(split(['\n'.repeat(100_000)])).toHaveLength(100_000);
  });

  it('takes a long line byte by byte', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter(100_000, (line) => lines.push(line));
    for (let n = 0; n < 100_000; n += 1) splitter.push(Buffer.from('x'));
    splitter.push(Buffer.from('\nshort\n'));
    expect(lines).toEqual(['x'.repeat(100_000), 'short']);
  });
});

describe('the last lines', () => {
  it('are the newest, oldest first, and none is long', () => {
    const last = new LastLines(3, 5);
    for (let n = 0; n < 100; n += 1) last.add(`line ${n}`);
    last.add('0123456789');
    expect(last.lines).toEqual(['line ', 'line ', '01234']);
    const few = new LastLines(2);
    few.add('a');
    expect(few.lines).toEqual(['a']);
    few.add('b');
    few.add('c');
    expect(few.lines).toEqual(['b', 'c']);
  });
});
