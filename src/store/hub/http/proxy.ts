import { serveError } from '../../../core/errors.js';

/** Where a request goes first; undefined for straight to its host. */
export type ProxyFor = (url: URL) => URL | undefined;

/**
 * The usual rules: `HTTP_PROXY` and `HTTPS_PROXY` by the scheme of the request, `ALL_PROXY` for both, and the hosts of
 * `NO_PROXY` reached directly (`*`, a host with all below it, with a port if one is given). Lower-case names win.
 * Throws HUB_PROXY when a proxy's address cannot be used.
 */
export function proxiesOf(env: NodeJS.ProcessEnv): ProxyFor {
  const proxies = { 'http:': proxyUrl(env, 'http_proxy'), 'https:': proxyUrl(env, 'https_proxy') };
  const exceptions = variable(env, 'no_proxy')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(asException);
  return (url) => {
    const proxy = proxies[url.protocol as keyof typeof proxies];
    return proxy && !exceptions.some((matches) => matches(url)) ? proxy : undefined;
  };
}

/** `Proxy-Authorization` for the user and password of a proxy's address. */
export function proxyAuthorization({ username, password }: URL): string | undefined {
  if (username === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function proxyUrl(env: NodeJS.ProcessEnv, name: 'http_proxy' | 'https_proxy'): URL | undefined {
  const source = variable(env, name) === '' ? 'all_proxy' : name;
  const text = variable(env, source);
  if (text === '') return undefined;
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // A password stays unsaid.
  throw serveError('HUB_PROXY', { name: source.toUpperCase(), value: text.replace(/^(\w+:\/\/)?.*@/, '$1') });
}

function variable(env: NodeJS.ProcessEnv, name: string): string {
  return (env[name] || env[name.toUpperCase()] || '').trim();
}

function asException(entry: string): (url: URL) => boolean {
  if (entry === '*') return () => true;
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const name = host.replace(/^\*?\./, '').toLowerCase();
  return (url) => {
    const asked = url.hostname.replace(/^\[|\]$/g, '');
    const samePort = port === undefined || port === portOf(url);
    return samePort && (asked === name.replace(/^\[|\]$/g, '') || asked.endsWith(`.${name}`));
  };
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}
