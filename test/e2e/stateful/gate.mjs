// Calls that wait for one another: `wait` until somebody sends `open`; `stream` sends pieces.
import { setTimeout as sleep } from 'node:timers/promises';

let open = false;

export async function handle([{ body }], context) {
  const word = String(body);
  if (word === 'open') open = true;
  if (word === 'stream') for (const piece of ['one;', 'two;']) context.send(piece);
  if (word === 'long') await sleep(1500);
  if (word === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  if (word === 'fail') throw new Error('only this one');
  while (word === 'wait' && !open && !context.isCancelled()) await sleep(5);
  return [`${word} done`];
}
