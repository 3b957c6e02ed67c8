/** Where a listener binds. Port 0 = a free port chosen by the system. */
export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: boolean }
  | { readonly kind: 'unix'; readonly path: string };

const MAX_PORT = 65_535;

/** Reads `http(s)://host[:port]` or `unix:/path`; undefined when it is neither. `http://[::1]:8080` names an IPv6 host. */
export function parseAddress(text: string, defaultPort: number): Address | undefined {
  const unix = /^unix:(\/.+)$/i.exec(text);
  if (unix?.[1]) return { kind: 'unix', path: unix[1] };
  const tcp = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^:/[\]\s]+)(?::(\d{1,5}))?\/?$/i.exec(text);
  const [, scheme, host, port] = tcp ?? [];
  if (!scheme || !host) return undefined;
  const number = port === undefined ? defaultPort : Number(port);
  if (number > MAX_PORT) return undefined;
  return {
    kind: 'tcp',
    host: host.replace(/^\[|\]$/g, ''),
    port: number,
    tls: scheme.toLowerCase() === 'https',
  };
}

/** The address as one writes it in config.properties; `port` in place of the configured one, once it is known. */
export function formatAddress(address: Address, port?: number): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `http${address.tls ? 's' : ''}://${host}:${port ?? address.port}`;
}
