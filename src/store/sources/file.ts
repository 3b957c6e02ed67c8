import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Source } from './source.js';

/** `file://` URLs of this machine; like every URL they need `allowed_urls`. */
export const fileSource: Source = {
  schemes: ['file:'],
  async open(url, { limits, signal }) {
    const path = fileURLToPath(url);
    const { size, isFile } = await kindOf(path);
    if (!isFile) throw new Error('it is not a file');
    if (size > limits.maxBytes) throw new Error(`it has ${size} bytes, more than ${limits.maxBytes}`);
    return createReadStream(path, { signal });
  },
};

async function kindOf(path: string): Promise<{ size: number; isFile: boolean }> {
  const facts = await stat(path);
  return { size: facts.size, isFile: facts.isFile() };
}
