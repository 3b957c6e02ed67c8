import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../src/archive/tar/byte-reader.js';
import { readTar } from '../../../src/archive/tar/read.js';
import { scratch } from '../scratch.js';
import { forgeTar } from './forge.js';

async function entriesOf(bytes: Buffer): Promise<Record<string, string>> {
  const source = (async function* () {
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  })();
  const seen: Record<string, string> = {};
  for await (const entry of readTar(new ByteReader(source))) {
    const pieces: Buffer[] = [];
    for await (const piece of entry.pieces) pieces.push(piece);
    seen[entry.path] = Buffer.concat(pieces).toString();
  }
  return seen;
}

describe('a tar file', () => {
  it('is read entry by entry', async () => {
    const long = 'x'.repeat(3000);
    expect(
      await entriesOf(
        forgeTar([
          { path: 'a', content: 'one' },
          { path: 'b', content: long },
        ]),
      ),
    ).toEqual({
      a: 'one',
      b: long,
    });
  });

  it.each(['gnu', 'pax', 'ustar', 'v7'])('is read in the %s spelling of names', async (format) => {
    const name = format === 'v7' ? 'short' : `${'n'.repeat(70)}/${'x'.repeat(format === 'ustar' ? 60 : 150)}`;
    const folder = scratch({ [name]: 'content' });
    const bytes = execFileSync('tar', ['--format', format, '-cf', '-', name], { cwd: folder });
    expect(await entriesOf(bytes)).toEqual({ [name]: 'content' });
  });

  it('tells where it is damaged or cut off', async () => {
    const sound = forgeTar([{ path: 'a', content: 'x'.repeat(2000) }]);
    await expect(entriesOf(sound.subarray(0, 1000))).rejects.toThrow('ends in the middle of "a"');
    await expect(entriesOf(sound.subarray(0, 100))).rejects.toThrow('ends in the middle of a header');
    const damaged = Buffer.from(sound);
    damaged[0] = 0x62;
    await expect(entriesOf(damaged)).rejects.toThrow('a header is damaged');
  });
});
