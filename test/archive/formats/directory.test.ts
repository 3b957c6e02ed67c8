import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../../src/archive/formats/directory.js';
import { filesBelow, scratch } from '../scratch.js';

describe('a no-archive folder', () => {
  it('gets every file under its name and tells the size', async () => {
    const folder = scratch();
    const file = (name: string, text: string) => ({
      name,
      sizeBytes: text.length,
      deflate: false,
      chunks: async function* () {
        yield Buffer.from(text);
      },
    });
    expect(await writeFolder([file('a', 'one'), file('sub/b', 'four')], folder)).toBe(7);
    expect(filesBelow(folder)).toEqual(['a', 'sub/b']);
    expect(readFileSync(join(folder, 'sub/b'), 'utf8')).toBe('four');
  });
});
