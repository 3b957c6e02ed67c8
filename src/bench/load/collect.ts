import type { IncomingMessage } from 'node:http';

const MAX_ANSWER_BYTES = 256 * 2 ** 20;

/** The bytes of an answer, whole. Errors of an answer that has begun come from the answer, no longer from the request. */
export function collect(
  response: IncomingMessage,
  fail: (error: Error) => void,
  done: (bytes: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  response.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ANSWER_BYTES) fail(new Error('the answer is larger than 256 MiB'));
    else chunks.push(chunk);
  });
  response.once('error', () => fail(new Error('the answer broke off')));
  response.once('end', () => done(Buffer.concat(chunks)));
}
