import { parentPort } from 'node:worker_threads';
import { FileHash, hashBuffer } from './file-hash.js';
import type { HashAnswer, HashRequest } from './hash-messages.js';

// The program of a hashing thread: downloading and hashing each keep one processor busy.
const files = new Map<number, FileHash>();
const faults = new Map<number, string>();
const buffer = hashBuffer();

parentPort?.on('message', (request: HashRequest) => {
  try {
    obey(request);
  } catch (error) {
    // Told when the hash is asked for.
    faults.set(request.id, error instanceof Error ? error.message : String(error));
  }
  if (request.kind === 'finish') answer(request.id);
  if (request.kind === 'finish' || request.kind === 'drop') {
    files.delete(request.id);
    faults.delete(request.id);
  }
});

function obey(request: HashRequest): void {
  if (request.kind === 'begin') files.set(request.id, new FileHash(request));
  else if (request.kind !== 'drop' && !faults.has(request.id))
    files.get(request.id)?.advance(request.toBytes, buffer);
}

function answer(id: number): void {
  const fault = faults.get(id);
  const hex = files.get(id)?.digest() ?? '';
  parentPort?.postMessage((fault === undefined ? { id, hex } : { id, fault }) satisfies HashAnswer);
}
