import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { OutputFile } from '../../../src/archive/chunks.js';
import { GzipWriter } from '../../../src/archive/tar/gzip-writer.js';
import { noise, scratch } from '../scratch.js';

async function* pieces(...all: Buffer[]): AsyncGenerator<Buffer> {
  yield* all;
}

describe('a gzip stream of which parts are kept as they are', () => {
  it('is one valid stream with the right checksum', async () => {
    const path = join(scratch(), 'x.gz');
    const file = await open(path, 'wx');
    const gzip = new GzipWriter(new OutputFile(file));
    const [text, weights] = [Buffer.from('text '.repeat(500_000)), noise(200_000)];
    await gzip.begin();
    await gzip.deflate(Buffer.from('head'));
    await gzip.storeAll(pieces(weights, Buffer.alloc(0), Buffer.from('x')));
    await gzip.deflateAll(pieces(text.subarray(0, 1_000_000), text.subarray(1_000_000)));
    await gzip.deflate(text);
    await gzip.end();
    await file.close();
    const written = readFileSync(path);
    const whole = Buffer.concat([Buffer.from('head'), weights, Buffer.from('x'), text, text]);
    expect(gunzipSync(written).equals(whole)).toBe(true);
    expect(written.length).toBeLessThan(weights.length + 50_000);
  });
});
