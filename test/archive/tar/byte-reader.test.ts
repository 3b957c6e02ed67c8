import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../src/archive/tar/byte-reader.js';

function reader(...pieces: string[]): ByteReader {
  const source = (async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  })();
  return new ByteReader(source);
}

describe('taking a stream apart', () => {
  it('gives as many bytes as asked for, across the pieces it comes in', async () => {
    const bytes = reader('ab', 'cde', 'f');
    expect((await bytes.take(1)).toString()).toBe('a');
    expect((await bytes.take(3)).toString()).toBe('bcd');
    expect((await bytes.take(10)).toString()).toBe('ef');
    expect(await bytes.take(1)).toHaveLength(0);
  });

  it('hands on pieces without gathering them, and drains the rest', async () => {
    const bytes = reader('abc', 'def', 'ghi');
    const seen: string[] = [];
    for await (const piece of bytes.pieces(5)) seen.push(piece.toString());
    expect(seen).toEqual(['abc', 'de']);
    await bytes.drain();
    expect(await bytes.take(1)).toHaveLength(0);
  });
});
