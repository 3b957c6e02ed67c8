import { once } from 'node:events';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../src/wire/encode.js';
import type { Frame } from '../../src/wire/frames.js';
import { type LinkListener, WorkerLink } from '../../src/workers/link.js';
import { accept } from './fixtures/accept.js';

const ends: (() => void)[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0)) end();
});

/** A link, what it hears, and the socket at its other end. */
async function makeLink(onFrame?: (frame: Frame, link: WorkerLink) => void) {
  const { server, accepted, peer } = await accept();
  peer.on('error', () => {});
  const types: string[] = [];
  let end: LinkListener['onClosed'] = () => {};
  const closed = new Promise<string | undefined>((resolve) => {
    end = resolve;
  });
  const link: WorkerLink = new WorkerLink(accepted, 10_000, {
    onFrame: (frame) => {
      types.push(frame.type);
      onFrame?.(frame, link);
    },
    onClosed: end,
  });
  const serverClosed = once(server, 'close');
  ends.push(() => {
    link.destroy();
    peer.destroy();
    server.close();
  });
  return { link, types, closed, peer, server, serverClosed };
}

const READY = Buffer.concat(encodeFrame('READY', 0, { credits: 1 }));

describe('the link to a worker', () => {
  it('cuts frames', async () => {
    const { types, closed, peer } = await makeLink();
    peer.write(READY.subarray(0, 9));
    peer.end(Buffer.concat([READY.subarray(9), READY]));
    expect(await closed).toBeUndefined();
    expect(types).toEqual(['READY', 'READY']);
  });

  it('hands over to another listener, who may get longer frames, even between frames that came together', async () => {
    const sizes: number[] = [];
    let end: LinkListener['onClosed'] = () => {};
    const closed = new Promise((resolve) => {
      end = resolve;
    });
    const { types, peer } = await makeLink((_, link) => {
      link.maxFrameBytes = 3_000_000;
      link.listen({ onFrame: ({ body }) => sizes.push(body.length), onClosed: end });
    });
    const head = { job: 0, status: 200, reason: '', headers: {} };
    const long = Buffer.concat(encodeFrame('CHUNK', 0, head, [Buffer.alloc(2_000_000)]));
    peer.end(Buffer.concat([READY, READY, long, long]));
    await closed;
    expect(types).toEqual(['READY']);
    expect(sizes).toEqual([0, 2_000_000, 2_000_000]);
  });

  it('lets the server close that accepted it, and tells of its end', async () => {
    const { link, server, serverClosed, closed } = await makeLink();
    const gone = new Promise<void>((resolve) => link.onceGone(resolve));
    server.close();
    await serverClosed;
    link.destroy();
    await Promise.all([gone, closed]);
  });

  it('sends buffers in order', async () => {
    const { link, peer, closed } = await makeLink();
    link.write([Buffer.from('a'), Buffer.from('b'), Buffer.from('c')]);
    link.write([]);
    link.write([Buffer.from('d')]);
    link.end();
    const chunks: Buffer[] = [];
    for await (const chunk of peer) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('abcd');
    peer.end();
    await closed;
    expect(() => link.write([Buffer.from('late')])).not.toThrow();
  });

  describe('with frames that may wait', () => {
    /** What leaves in one write each. */
    async function makeSpied() {
      const { link } = await makeLink();
      const sent: string[] = [];
      vi.spyOn(Socket.prototype, 'cork').mockImplementation(() => {
        sent.push('(');
      });
      vi.spyOn(Socket.prototype, 'write').mockImplementation((bytes) => {
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
    const { closed, peer } = await makeLink();
    peer.write(bytes);
    expect(await closed).toMatch(fault);
  });

  it('ends when its listener cannot make sense of a frame', async () => {
    const { closed, peer } = await makeLink(() => {
      throw new SyntaxError('not now');
    });
    peer.write(READY);
    expect(await closed).toBe('not now');
  });

  it('ends without a fault when the peer goes', async () => {
    const { closed, peer } = await makeLink();
    peer.resetAndDestroy();
    expect(await closed).toBeUndefined();
  });
});
