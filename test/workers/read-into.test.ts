import { once } from 'node:events';
import { expect, it } from 'vitest';
import { readInto } from '../../src/workers/read-into.js';
import { accept } from './fixtures/accept.js';

it('reads an accepted connection to where it is wanted, and is closed like any other', async () => {
  const { server, accepted, peer } = await accept();
  const memory = Buffer.alloc(10, '-');
  let filled = 2;
  const socket = readInto(accepted, {
    buffer: () => memory.subarray(filled),
    callback: (count) => {
      filled += count;
      socket.write(String(filled));
      return true;
    },
  });
  peer.write('abc');
  expect(String(await once(peer, 'data'))).toBe('5');
  peer.write('de');
  expect(String(await once(peer, 'data'))).toBe('7');
  expect(String(memory)).toBe('--abcde---');
  const ends = [once(socket, 'close'), once(peer, 'close'), once(server, 'close')];
  server.close();
  peer.end();
  await Promise.all(ends);
});
