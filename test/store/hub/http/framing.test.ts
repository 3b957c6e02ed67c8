import { describe, expect, it } from 'vitest';
import { framingOf } from '../../../../src/store/hub/http/framing.js';
import { parseHead } from '../../../../src/store/hub/http/head.js';

function framing(...headers: string[]) {
  return framingOf(parseHead(['HTTP/1.1 200 OK', ...headers].join('\r\n')));
}

/** Feeds a text in pieces of some length; gives the body, and what was left over. */
function feed(text: string, step: number, ...headers: string[]) {
  const frame = framing(...headers);
  let body = '';
  for (let at = 0; at < text.length; at += step) {
    const piece = Buffer.from(text.slice(at, at + step));
    const taken = frame.take(piece, (bytes) => (body += bytes));
    if (frame.done) return { body, rest: text.slice(at + taken), done: true, frame };
  }
  return { body, rest: '', done: frame.done, frame };
}

const CHUNKED = 'transfer-encoding: chunked';

describe('the end of a body', () => {
  it('is found by its length, and what follows is left', () => {
    expect(feed('hello next', 3, 'content-length: 5')).toMatchObject({
      body: 'hello',
      rest: ' next',
      done: true,
    });
    expect(framing('content-length: 0').done).toBe(true);
    expect(framing('content-length: 3, 3').done).toBe(false);
  });

  it('is found in chunks, wherever the pieces are cut', () => {
    const text = '5\r\nhello\r\n6;name=x\r\n world\r\n0\r\nTrailer: x\r\n\r\nnext';
    for (let step = 1; step <= text.length; step += 1)
      expect(feed(text, step, CHUNKED)).toMatchObject({ body: 'hello world', rest: 'next', done: true });
  });

  it('is the end of the connection when nothing else tells', () => {
    const { frame, body, done } = feed('all of it', 4);
    expect({ body, done }).toEqual({ body: 'all of it', done: false });
    frame.end();
    expect(frame.done).toBe(true);
  });

  it('is missed when the connection ends before', () => {
    expect(() => feed('hel', 3, 'content-length: 5').frame.end()).toThrow('2 bytes too early');
    expect(() => feed('5\r\nhel', 2, CHUNKED).frame.end()).toThrow('in the middle');
  });

  it('is not there for answers without a body', () => {
    expect(framingOf(parseHead('HTTP/1.1 304 Not Modified\r\ncontent-length: 9')).done).toBe(true);
  });

  it('is refused where it contradicts itself', () => {
    for (const length of ['-1', 'x', '3, 4', '1e3'])
      expect(() => framing(`content-length: ${length}`)).toThrow('length');
    expect(() => framing('transfer-encoding: gzip, chunked')).toThrow('coding');
    for (const text of ['zz\r\n', '\r\n', '5\r\nhelloX\r\n', `${'1'.repeat(5000)}`])
      expect(() => feed(text, 2, CHUNKED)).toThrow('malformed');
  });
});
