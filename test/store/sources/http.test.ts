import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpSource } from '../../../src/store/sources/http.js';
import type { SourceContext } from '../../../src/store/sources/source.js';
import { startWeb, type Web } from '../web.js';

let web: Web;

beforeAll(async () => {
  web = await startWeb(({ url }, response) => {
    if (url === '/a.mar') response.end('bytes');
    else if (url === '/large.mar')
      response.writeHead(200, { 'content-length': '5000' }).end('x'.repeat(5000));
    else if (url === '/moved.mar') response.writeHead(302, { location: '/a.mar' }).end();
    else if (url === '/away.mar') response.writeHead(307, { location: 'http://169.254.169.254/a.mar' }).end();
    else if (url === '/round.mar') response.writeHead(301, { location: '/round.mar' }).end();
    else response.writeHead(404).end('no');
  });
});

afterAll(() => web.close());

function open(path: string, context: Partial<SourceContext> = {}): Promise<AsyncIterable<Uint8Array>> {
  return httpSource.open(new URL(path, web.url), {
    allowed: (url) => url.startsWith(web.url),
    limits: { maxBytes: 1000, timeoutMs: 5000, idleTimeoutMs: 5000 },
    signal: AbortSignal.timeout(5000),
    ...context,
  });
}

async function read(path: string): Promise<string> {
  let text = '';
  for await (const piece of await open(path)) text += Buffer.from(piece).toString();
  return text;
}

describe('archives of web servers', () => {
  it('are read', async () => {
    expect(await read('/a.mar')).toBe('bytes');
  });

  it('are followed to where allowed_urls permits', async () => {
    expect(await read('/moved.mar')).toBe('bytes');
  });

  it('are not followed to anywhere else', async () => {
    await expect(open('/away.mar')).rejects.toMatchObject({
      code: 'URL_NOT_ALLOWED',
      message: 'Given URL http://169.254.169.254/a.mar does not match any allowed URL(s)',
    });
  });

  it('are not followed for ever', async () => {
    await expect(open('/round.mar')).rejects.toThrow('redirected more than 5 times');
  });

  it('must exist', async () => {
    await expect(open('/none.mar')).rejects.toThrow('the server answered 404');
  });

  it('must not say that they are too large', async () => {
    await expect(open('/large.mar')).rejects.toThrow('5000 bytes, more than 1000');
  });

  it('fail with the reason of the system when nobody listens', async () => {
    await expect(open('http://127.0.0.1:1/a.mar')).rejects.toThrow(/ECONNREFUSED|bad port/);
  });
});
