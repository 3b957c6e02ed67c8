import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../src/config/address.js';

describe('an address', () => {
  it('names scheme, host and port', () => {
    expect(parseAddress('http://127.0.0.1:8080', 80)).toEqual({
      kind: 'tcp',
      host: '127.0.0.1',
      port: 8080,
      tls: false,
    });
    expect(parseAddress('HTTPS://example.org:8443/', 443)).toMatchObject({ host: 'example.org', tls: true });
  });

  it('takes the default port when it names none', () => {
    expect(parseAddress('http://0.0.0.0', 8081)).toMatchObject({ port: 8081 });
  });

  it('may be an IPv6 host or a Unix socket', () => {
    expect(parseAddress('http://[::1]:0', 80)).toMatchObject({ host: '::1', port: 0 });
    expect(parseAddress('unix:/tmp/model.sock', 80)).toEqual({ kind: 'unix', path: '/tmp/model.sock' });
  });

  it.each([
    '',
    '127.0.0.1:8080',
    'ftp://a:1',
    'http://',
    'http://a:70000',
    'http://a:b',
    'unix:relative',
    'http://a b',
  ])('is not %j', (text) => {
    expect(parseAddress(text, 80)).toBeUndefined();
  });

  it('is written as it is read, with the port the system chose', () => {
    for (const text of ['http://127.0.0.1:8080', 'https://[::1]:1', 'unix:/a/b']) {
      const address = parseAddress(text, 80);
      expect(address && formatAddress(address)).toBe(text);
    }
    const address = parseAddress('http://127.0.0.1:0', 80);
    expect(address && formatAddress(address, 4711)).toBe('http://127.0.0.1:4711');
  });
});
