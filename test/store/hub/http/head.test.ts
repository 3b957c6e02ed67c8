import { describe, expect, it } from 'vitest';
import { parseHead } from '../../../../src/store/hub/http/head.js';

describe('the head of an answer', () => {
  it('gives status and headers by lower-case name, several of a name joined', () => {
    const head = parseHead(
      'HTTP/1.1 206 Partial Content\r\nX-One:  a b \r\nLink: <a>\r\nlink: <b>\r\nEmpty:',
    );
    expect(head.status).toBe(206);
    expect(head.headers.get('x-one')).toBe('a b');
    expect(head.headers.get('link')).toBe('<a>, <b>');
    expect(head.headers.get('empty')).toBe('');
  });

  it('keeps connections of HTTP/1.1 unless told otherwise, and those of HTTP/1.0 only when told so', () => {
    expect(parseHead('HTTP/1.1 200 OK').keepAlive).toBe(true);
    expect(parseHead('HTTP/1.1 200 OK\r\nConnection: Close').keepAlive).toBe(false);
    expect(parseHead('HTTP/1.0 200 OK').keepAlive).toBe(false);
    expect(parseHead('HTTP/1.0 200 OK\r\nConnection: keep-alive').keepAlive).toBe(true);
  });

  it('refuses what is not HTTP/1, and malformed headers', () => {
    for (const text of ['SSH-2.0-OpenSSH', 'HTTP/2 200', 'HTTP/1.1 20 x', ''])
      expect(() => parseHead(text)).toThrow('HTTP/1');
    for (const line of ['no colon', ' folded: x', 'a b: c'])
      expect(() => parseHead(`HTTP/1.1 200 OK\r\n${line}`)).toThrow('malformed');
  });
});
