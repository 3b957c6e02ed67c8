import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OutputFile } from '../chunks.js';
import type { PackedFile } from '../packed-file.js';

/** Copies files into a new folder (`no-archive`) and gives their size in bytes. */
export async function writeFolder(files: Iterable<PackedFile>, folder: string): Promise<number> {
  let sizeBytes = 0;
  for (const packed of files) {
    const target = join(folder, packed.name);
    await mkdir(dirname(target), { recursive: true });
    const file = await open(target, 'wx');
    try {
      const output = new OutputFile(file);
      for await (const chunk of packed.chunks()) await output.append(chunk);
      sizeBytes += output.sizeBytes;
    } finally {
      await file.close();
    }
  }
  return sizeBytes;
}
