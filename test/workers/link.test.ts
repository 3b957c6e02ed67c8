import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../src/wire/encode.js';
import { type LinkListener, WorkerLink } from '../../src/workers/link.js';

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A link and the socket at its other end. */
async function makeLink(
  early = Buffer.alloc(0),
): Promise<{ link: WorkerLink; socket: Socket; peer: Socket }> {
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
  return { link: new WorkerLink(socket, 10_000, early), socket, peer };
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

  describe('with frames that may wait', () => {
    /** What leaves in one write each. */
    async function makeSpied() {
      const { link, socket } = await makeLink();
      const sent: string[] = [];
      vi.spyOn(socket, 'cork').mockImplementation(() => {
        sent.push('(');
      });
      vi.spyOn(socket, 'write').mockImplementation((bytes) => {
        sent.push(String(bytes));
        return true;
      });
      const put = (letter: string, mayWait = true): void => link.write([Buffer.from(letter)], mayWait);
      return { put, sent };
    }
    const tick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

    it('keeps them until the turn of the event loop ends', async () => {
      const { put, sent } = await makeSpied();
      put('a');
      await tick();
      put('b');
      await tick();
      expect(sent).toEqual([]);
      await turn();
      expect(sent).toEqual(['(', 'a', 'b']);
    });

    it('sends a few together at once', async () => {
      const { put, sent } = await makeSpied();
      for (const letter of 'abcde') put(letter);
      await tick();
      expect(sent).toEqual(['(', 'a', 'b', 'c', 'd', 'e']);
      put('f');
      await tick();
      expect(sent).toHaveLength(6);
      await turn();
      expect(sent).toHaveLength(7);
    });

    it('sends them with the first that may not wait, in order', async () => {
      const { put, sent } = await makeSpied();
      put('a');
      await tick();
      put('b', false);
      await tick();
      expect(sent).toEqual(['(', 'a', 'b']);
    });
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
