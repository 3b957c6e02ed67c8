import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { usableCores } from '../../core/usable-cores.js';
import { catchUp, type PendingHash } from './catch-up.js';
import { FileHash, type HashedFile, hashBuffer } from './file-hash.js';
import type { HashAnswer, HashRequest } from './hash-messages.js';

/** The hash of one growing file. */
export interface Hashing {
  /** The file now has so many bytes. */
  advance(toBytes: number): void;
  /** The hash in hex once the file has all its bytes; until then it must stay open. Throws an Error when it cannot be read. */
  finish(toBytes: number): Promise<string>;
  drop(): void;
}

/** Hashes files as they arrive. */
export interface Hashers {
  begin(file: HashedFile): Hashing;
  /** All files are there: the calling thread, which has nothing else to do any more, may hash, too. */
  allArrived(): void;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../../dist/store/hub/hash-thread.js', import.meta.url));
/** A thread costs some 30 ms and 10 MB, which little data is not worth. */
const THREADS_FROM_BYTES = 16 * 1024 * 1024;
/** A hash keeps up with any network; more threads only help many files from a server nearby. */
const MAX_THREADS = 4;
/** How much a file grows before its thread hears of it. */
const TELL_BYTES = 2 * 1024 * 1024;

/** Threads beside this one for a lot of data, else this thread itself. */
export function startHashers(totalBytes: number): Hashers {
  if (totalBytes < THREADS_FROM_BYTES) return new OwnThread();
  return new HashThreads(Math.max(1, Math.min(MAX_THREADS, usableCores() - 1)));
}

class OwnThread implements Hashers {
  readonly #buffer = hashBuffer();

  begin(file: HashedFile): Hashing {
    const hash = new FileHash(file);
    return {
      advance: () => undefined,
      finish: async (toBytes) => {
        hash.advance(toBytes, this.#buffer);
        return hash.digest();
      },
      drop: () => undefined,
    };
  }

  allArrived(): void {}

  async close(): Promise<void> {}
}

class HashThreads implements Hashers {
  readonly #threads: readonly Worker[];
  readonly #pending = new Map<number, PendingHash>();
  #nextId = 0;
  #broken: Error | undefined;

  constructor(count: number) {
    this.#threads = Array.from({ length: count }, () => this.#start());
  }

  begin(file: HashedFile): Hashing {
    const id = this.#nextId++;
    const thread = this.#threads[id % this.#threads.length];
    let toldBytes = 0;
    let begun = false;
    // Every message costs as much as hashing some 100 kB, so the first one waits for the second.
    const send = (request: HashRequest) => {
      if (!begun) thread?.postMessage({ kind: 'begin', id, ...file } satisfies HashRequest);
      begun = true;
      thread?.postMessage(request);
    };
    return {
      advance(toBytes) {
        if (toBytes - toldBytes < TELL_BYTES) return;
        toldBytes = toBytes;
        send({ kind: 'advance', id, toBytes });
      },
      finish: (toBytes) =>
        new Promise((resolve, reject) => {
          if (this.#broken) return reject(this.#broken);
          this.#pending.set(id, { file, toBytes, resolve, reject });
          send({ kind: 'finish', id, toBytes });
          // The thread forgets it with its answer.
          begun = false;
        }),
      drop() {
        if (begun) send({ kind: 'drop', id });
      },
    };
  }

  allArrived(): void {
    if (usableCores() > 1) void catchUp(this.#pending);
  }

  /** Not waited for: nothing is asked of them any more. */
  async close(): Promise<void> {
    for (const thread of this.#threads) void thread.terminate();
  }

  #start(): Worker {
    const thread = new Worker(PROGRAM);
    thread.unref();
    thread.on('message', (answer: HashAnswer) => {
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if ('hex' in answer) pending?.resolve(answer.hex);
      else pending?.reject(new Error(answer.fault));
    });
    thread.on('error', (error) => {
      this.#broken = error;
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    });
    return thread;
  }
}
