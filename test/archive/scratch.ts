import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of the running test's own, filled with files; gone when the test is over. */
export function scratch(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'ts-archive-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, content);
    else mkdirSync(path, { recursive: true });
  }
  return folder;
}

/** Every file below a folder, hidden ones too, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The code of the ServeError something ends with, or the result when it succeeds. */
export async function codeOf(act: Promise<unknown>): Promise<unknown> {
  try {
    return { result: await act };
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
}

/** Message and hint of the error something ends with. */
export async function complaintOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    const { message, hint = '' } = error as { message: string; hint?: string };
    return `${message} ${hint}`;
  }
  return 'no error';
}

/** Bytes that deflate cannot shrink, the same for the same seed. */
export function noise(sizeBytes: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = seed;
  for (let at = 0; at < sizeBytes; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
