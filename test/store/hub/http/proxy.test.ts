import { describe, expect, it } from 'vitest';
import { proxiesOf, proxyAuthorization } from '../../../../src/store/hub/http/proxy.js';

function proxyOf(url: string, env: Record<string, string>): string | undefined {
  return proxiesOf(env)(new URL(url))?.host;
}

describe('the proxy of a request', () => {
  it('is chosen by the scheme, lower-case names first, ALL_PROXY where there is none', () => {
    const env = { HTTPS_PROXY: 'http://secure:1', http_proxy: 'plain:2', HTTP_PROXY: 'http://other:3' };
    expect(proxyOf('https://hub.co/x', env)).toBe('secure:1');
    expect(proxyOf('http://hub.co/x', env)).toBe('plain:2');
    expect(proxyOf('https://hub.co/x', { ALL_PROXY: 'http://all:4' })).toBe('all:4');
    expect(proxyOf('https://hub.co/x', { HTTPS_PROXY: '' })).toBeUndefined();
  });

  it('is left out for the hosts of NO_PROXY and those below them', () => {
    const at = (url: string, no: string) => proxyOf(url, { ALL_PROXY: 'http://p:1', NO_PROXY: no });
    expect(at('https://hub.co/', 'x.com, hub.co')).toBeUndefined();
    expect(at('https://cdn.hub.co/', '.hub.co')).toBeUndefined();
    expect(at('https://cdn.hub.co/', '*.hub.co')).toBeUndefined();
    expect(at('https://nothub.co/', 'hub.co')).toBe('p:1');
    expect(at('https://hub.co/', '*')).toBeUndefined();
    expect(at('http://127.0.0.1:8080/', '127.0.0.1:8080')).toBeUndefined();
    expect(at('http://127.0.0.1:8081/', '127.0.0.1:8080')).toBe('p:1');
    expect(at('https://hub.co/', 'hub.co:443')).toBeUndefined();
  });

  it('must be an address of a web proxy', () => {
    expect(() => proxiesOf({ HTTPS_PROXY: 'socks5://x:1' })).toThrow('HTTPS_PROXY is "socks5://x:1"');
    expect(() => proxiesOf({ http_proxy: 'http://' })).toThrow('HTTP_PROXY');
    expect(() => proxiesOf({ ALL_PROXY: 'socks5://me:secret@x:1' })).toThrow('ALL_PROXY is "socks5://x:1"');
  });

  it('gets the user and password of its address', () => {
    expect(proxyAuthorization(new URL('http://us%40er:p%3As@p:1'))).toBe(
      `Basic ${Buffer.from('us@er:p:s').toString('base64')}`,
    );
    expect(proxyAuthorization(new URL('http://p:1'))).toBeUndefined();
  });
});
