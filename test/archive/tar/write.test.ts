import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OutputFile } from '../../../src/archive/chunks.js';
import { writeTgz } from '../../../src/archive/tar/write.js';
import { noise, scratch } from '../scratch.js';

const contents: Readonly<Record<string, Buffer>> = {
  'a.txt': Buffer.from('hello\n'),
  'noise.pt': noise(2_500_000),
  [`deep/${'n'.repeat(150)}`]: Buffer.from('long name'),
  'text.txt': Buffer.from('words '.repeat(300_000)),
  'empty.pt': Buffer.alloc(0),
};

describe('a .tar.gz', () => {
  it('is unpacked by tar as it was written, and written the same again', async () => {
    const folder = scratch();
    for (const name of ['one.tar.gz', 'two.tar.gz']) {
      const file = await open(join(folder, name), 'wx');
      const inputs = Object.entries(contents).map(([path, content]) => ({
        name: path,
        sizeBytes: content.length,
        deflate: !path.endsWith('.pt'),
        chunks: async function* () {
          for (let at = 0; at < content.length; at += 400_000) yield content.subarray(at, at + 400_000);
        },
      }));
      await writeTgz(inputs, 'model', new OutputFile(file));
      await file.close();
    }
    execFileSync('tar', ['xzf', 'one.tar.gz'], { cwd: folder });
    for (const [path, content] of Object.entries(contents))
      expect(readFileSync(join(folder, 'model', path)).equals(content), path).toBe(true);
    const [one, two] = ['one.tar.gz', 'two.tar.gz'].map((name) => readFileSync(join(folder, name)));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  });
});
