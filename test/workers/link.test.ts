import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../src/wire/encode.js';
import { type LinkListener, WorkerLink } from '../../src/workers/link.js';

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A link and the socket at its other end. */
async function makeLink(early = Buffer.alloc(0)): Promise<{ link: WorkerLink; peer: Socket }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const peer = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => {});
  peer.on('error', () => {});
  ends.push(() => {
    socket.destroy();
    peer.destroy();
    server.close();
  });
  return { link: new WorkerLink(socket, 10_000, early), peer };
}

/** Listens until the end and gives what was heard. */
function listen(link: WorkerLink, onFrame: LinkListener['onFrame'] = () => {}) {
  const types: string[] = [];
  const closed = new Promise<string | undefined>((resolve) => {
    link.listen({
      onFrame: (frame) => {
        types.push(frame.type);
        onFrame(frame);
      },
      onClosed: resolve,
    });
  });
  return { types, closed };
}

const READY = Buffer.concat(encodeFrame('READY', 0, { credits: 1 }));

describe('the link to a worker', () => {
  it('cuts frames, those that came before it was listened to included', async () => {
    const { link, peer } = await makeLink(READY.subarray(0, 9));
    const heard = listen(link);
    peer.end(Buffer.concat([READY.subarray(9), READY]));
    expect(await heard.closed).toBeUndefined();
    expect(heard.types).toEqual(['READY', 'READY']);
  });

  it('sends buffers in order', async () => {
    const { link, peer } = await makeLink();
    const heard = listen(link);
    link.write([Buffer.from('a'), Buffer.from('b'), Buffer.from('c')]);
    link.write([]);
    link.write([Buffer.from('d')]);
    link.end();
    const chunks: Buffer[] = [];
    for await (const chunk of peer) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('abcd');
    peer.end();
    await heard.closed;
    expect(() => link.write([Buffer.from('late')])).not.toThrow();
  });

  it.each([
    ['a frame that is too long', Buffer.of(0, 1, 0, 0), /exceeds 10000/],
    [
      'an unknown frame',
      Buffer.concat([Buffer.of(0, 0, 0, 10, 99), Buffer.alloc(9)]),
      /unknown frame type 99/,
    ],
    [
      'a header that is no JSON',
      Buffer.concat([Buffer.of(0, 0, 0, 11, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1), Buffer.from('{')]),
      /JSON/,
    ],
  ])('ends at %s and says so', async (_, bytes, fault) => {
    const { link, peer } = await makeLink();
    const heard = listen(link);
    peer.write(bytes);
    expect(await heard.closed).toMatch(fault);
  });

  it('ends when its listener cannot make sense of a frame', async () => {
    const { link, peer } = await makeLink();
    const heard = listen(link, () => {
      throw new SyntaxError('not now');
    });
    peer.write(READY);
    expect(await heard.closed).toBe('not now');
  });

  it('ends without a fault when the peer goes', async () => {
    const { link, peer } = await makeLink();
    const heard = listen(link);
    peer.resetAndDestroy();
    expect(await heard.closed).toBeUndefined();
  });
});
