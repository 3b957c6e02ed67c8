import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { noise } from '../../archive/scratch.js';
import { desk } from './running.js';

const BYTES = noise(500_000);

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function joinTo(one: Socket, port: number): void {
  const other = connect(port, '127.0.0.1');
  other.on('error', () => one.destroy());
  one.on('error', () => other.destroy());
  one.pipe(other).pipe(one);
}

describe('a download through TLS and a proxy', () => {
  it('brings the files, and shows the token to the hub alone', async () => {
    const { hub, folder, ts } = await desk();
    hub.put('org/name', { privateFor: 'hf_mine', files: { 'w.bin': BYTES, 'config.json': '{}' } });
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const kind = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
    ];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...kind, '-keyout', key, '-out', cert, ...names], { stdio: 'ignore' });
    const plainPort = Number(new URL(hub.url).port);
    const tls = createTls({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) =>
      joinTo(socket, plainPort),
    );
    const port = await listen(tls);
    const asked: string[] = [];
    const proxy = createServer((client) => {
      client.once('data', (head) => {
        asked.push(String(head).split('\r\n')[0] ?? '');
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        joinTo(client, port);
      });
    });
    const env = {
      HF_ENDPOINT: `https://localhost:${port}`,
      HF_TOKEN: 'hf_mine',
      NODE_EXTRA_CA_CERTS: cert,
      no_proxy: '',
      NO_PROXY: '',
    };
    // Large files would lead from https to the http of the test's second server, which is refused.
    const args = ['download', 'org/name', '--quiet', '--include', '*.json', '--force'];
    expect(await ts(args, env)).toMatchObject({ code: 0, stderr: '' });
    const proxied = { ...env, HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}` };
    expect(await ts(args, proxied)).toMatchObject({ code: 0, stderr: '' });
    expect(new Set(asked)).toEqual(new Set([`CONNECT localhost:${port} HTTP/1.1`]));
    const large = await ts(['download', 'org/name'], proxied);
    expect(large.stderr).toContain('from https to http');
    const untrusted = await ts(args, { ...env, NODE_EXTRA_CA_CERTS: '', HF_HUB_DOWNLOAD_TIMEOUT: '5' });
    expect(untrusted.stderr).toMatch(/cannot be reached .*self.signed/);
  });
});
