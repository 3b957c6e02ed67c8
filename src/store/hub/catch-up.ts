import { setImmediate } from 'node:timers/promises';
import { FileHash, type HashedFile, hashBuffer } from './file-hash.js';

/** A whole file whose hash is waited for. */
export interface PendingHash {
  readonly file: HashedFile;
  readonly toBytes: number;
  readonly resolve: (hex: string) => void;
  readonly reject: (error: Error) => void;
}

/** Hashed before this thread looks again whether another one was faster. */
const STEP_BYTES = 1024 * 1024;

/**
 * Hashes in this thread, too, what others have not got to, beginning with what they would come to last. Ends when nothing is
 * waited for any more, or at a file that cannot be read, of which they will tell.
 */
export async function catchUp(waiting: Map<number, PendingHash>): Promise<void> {
  const buffer = hashBuffer();
  for (let last = lastOf(waiting); last; last = lastOf(waiting)) {
    const [id, pending] = last;
    const hash = new FileHash(pending.file);
    for (let done = 0; done < pending.toBytes && waiting.has(id); done += STEP_BYTES) {
      try {
        hash.advance(Math.min(done + STEP_BYTES, pending.toBytes), buffer);
      } catch {
        return;
      }
      // Only now answers of the others arrive.
      await setImmediate();
    }
    if (waiting.delete(id)) pending.resolve(hash.digest());
  }
}

function lastOf(waiting: Map<number, PendingHash>): [number, PendingHash] | undefined {
  return [...waiting].at(-1);
}
