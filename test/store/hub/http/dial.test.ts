import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type DialOptions, dial } from '../../../../src/store/hub/http/dial.js';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Dials, and collects what comes. */
async function dialed(origin: string, proxy?: string, options: Partial<DialOptions> = {}) {
  let text = '';
  let hear: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const socket = await dial({
    origin: new URL(origin),
    proxy: proxy === undefined ? undefined : new URL(proxy),
    timeoutMs: 2000,
    signal: new AbortController().signal,
    buffer: Buffer.alloc(4096),
    onBytes: (piece) => {
      text += piece;
      if (text.includes('\n')) hear();
    },
    ...options,
  });
  onTestFinished(() => void socket.destroy());
  return { socket, line: () => heard.then(() => text) };
}

const echo = (socket: Socket) => socket.on('error', () => undefined).pipe(socket);

/** A proxy that lets through, or answers with another status. */
async function startProxy(status = 200): Promise<{ url: string; heads: string[] }> {
  const heads: string[] = [];
  const server = createServer((client) => {
    client.on('error', () => undefined);
    client.once('data', (head) => {
      heads.push(String(head));
      const [, port] = /^CONNECT [^:]+:(\d+)/.exec(String(head)) ?? [];
      client.write(`HTTP/1.1 ${status} Whatever\r\n\r\n`);
      if (status !== 200) return;
      const target = connect(Number(port), '127.0.0.1');
      target.on('error', () => client.destroy());
      client.pipe(target).pipe(client);
    });
  });
  return { url: `http://user:word@127.0.0.1:${await listen(server)}`, heads };
}

describe('dialing', () => {
  it('connects to a server', async () => {
    const { socket, line } = await dialed(`http://127.0.0.1:${await listen(createServer(echo))}`);
    socket.write('hello\n');
    expect(await line()).toBe('hello\n');
  });

  it('says why it cannot', async () => {
    await expect(dialed('http://127.0.0.1:9')).rejects.toThrow('ECONNREFUSED');
    await expect(dialed('http://nowhere.invalid')).rejects.toThrow(/nowhere\.invalid/);
  });

  it('speaks TLS with the server, alone and through the tunnel of a proxy', async () => {
    const { key, cert } = certificate();
    const port = await listen(createTls({ key, cert }, echo));
    const { url: proxy, heads } = await startProxy();
    // The certificate is its own authority, which a client must refuse: so the handshake was made, to the end.
    const refusal = /self.signed/;
    await expect(dialed(`https://127.0.0.1:${port}`)).rejects.toThrow(refusal);
    await expect(dialed(`https://localhost:${port}`, proxy)).rejects.toThrow(refusal);
    expect(heads[0]).toContain(`CONNECT localhost:${port} HTTP/1.1`);
    expect(heads[0]).toContain(`proxy-authorization: Basic ${Buffer.from('user:word').toString('base64')}`);
  });

  it('says so when a proxy refuses the way through, or is none', async () => {
    const { url: proxy } = await startProxy(407);
    await expect(dialed('https://hub.invalid', proxy)).rejects.toThrow(
      /answers 407 when asked for hub\.invalid:443/,
    );
    const mute = await listen(createServer((socket) => void socket.on('error', () => undefined)));
    const tried = dialed('https://hub.invalid', `http://127.0.0.1:${mute}`, { timeoutMs: 50 });
    await expect(tried).rejects.toThrow('the proxy does not answer');
  });

  it('does nothing once it is interrupted', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(dialed('http://127.0.0.1:9', undefined, { signal })).rejects.toThrow('stopped');
  });
});

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'ts-cert-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
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
  execFileSync('openssl', [...kind, '-keyout', key, '-out', cert, ...names], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
