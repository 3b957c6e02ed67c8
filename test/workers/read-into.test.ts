import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { readInto } from '../../src/workers/read-into.js';

it('reads an accepted connection to where it is wanted, and is closed like any other', async () => {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const peer = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
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
