import { describe, expect, it } from 'vitest';
import type { Question } from '../../../src/store/hub/hub.js';
import { type ReadyHub, readyHub } from './ready-hub.js';

function question({ test, signal }: ReadyHub, path: string): Question {
  return { url: new URL(`${test.url}${path}`), what: 'a thing', type: 'model', revision: 'main', signal };
}

describe('a question to the hub', () => {
  it('sends the token to the hub alone, not to where it is sent on', async () => {
    const ready = await readyHub();
    ready.test.put('org/name', { files: { 'a.bin': 'large' } });
    let body = '';
    const asked = question(ready, '/org/name/resolve/main/a.bin');
    await ready.client({}, 'hf_secret').attempt(asked, () => (piece) => (body += piece));
    expect(body).toBe('large');
    expect(ready.test.seen.map(({ server, headers }) => [server, headers.authorization])).toEqual([
      ['hub', 'Bearer hf_secret'],
      ['cdn', undefined],
    ]);
    expect(JSON.stringify(ready.test.seen.filter(({ server }) => server === 'cdn'))).not.toContain(
      'hf_secret',
    );
  });

  it('keeps the token on a way that stays on the hub, as for renamed repositories', async () => {
    const ready = await readyHub();
    ready.test.put('org/new', { privateFor: 'hf_secret', files: { 'a.json': '{"a":1}' } });
    ready.test.fault = ({ path }, response) => {
      if (!path.startsWith('/old')) return false;
      response.writeHead(307, { location: '/org/new/resolve/main/a.json' }).end();
      return true;
    };
    ready.test.put('old', { files: { x: '' } });
    const { value } = await ready.client({}, 'hf_secret').json(question(ready, '/old/resolve/main/x'));
    expect(value).toEqual({ a: 1 });
  });

  it.each([
    ['to itself', '/name/resolve/main/x', 'it leads in a circle'],
    ['to a file', 'file:///etc/passwd', 'to an address of the kind file:'],
    ['to nowhere', 'http://[', 'the address is malformed'],
  ])('is not sent on %s', async (_, location, reason) => {
    const ready = await readyHub();
    ready.test.put('name', { files: { x: '' } });
    ready.test.fault = (_request, response) => {
      response.writeHead(302, { location }).end();
      return true;
    };
    const asked = ready.hub.json(question(ready, '/name/resolve/main/x'));
    await expect(asked).rejects.toMatchObject({
      code: 'HUB_REDIRECT',
      message: expect.stringContaining(reason),
    });
  });

  it('is asked again while the hub is broken or busy, and not when it refuses', async () => {
    const ready = await readyHub();
    ready.test.put('name', { files: { x: '{"fine":true}' } });
    const statuses = [500, 429, 503];
    ready.test.fault = (_request, response) => {
      const status = statuses.shift();
      if (status === undefined) return false;
      response.writeHead(status, { 'retry-after': '0' }).end('busy');
      return true;
    };
    expect((await ready.hub.json(question(ready, '/name/resolve/main/x'))).value).toEqual({ fine: true });
    expect(ready.test.seen).toHaveLength(4);
    await expect(ready.hub.json(question(ready, '/name/resolve/main/y'))).rejects.toMatchObject({
      code: 'HUB_FILE_MISSING',
    });
    expect(ready.test.seen).toHaveLength(5);
  });

  it('ends with an error when the hub stays broken, cannot be reached, or answers nonsense', async () => {
    const ready = await readyHub();
    ready.test.put('name', { files: { x: 'not json' } });
    const asked = question(ready, '/name/resolve/main/x');
    await expect(ready.hub.json(asked)).rejects.toMatchObject({ code: 'HUB_ANSWER' });
    ready.test.fault = (_request, response) => Boolean(response.writeHead(500).end());
    await expect(ready.hub.json(asked)).rejects.toMatchObject({
      message: expect.stringMatching(/answers 500 to a thing \(attempts: 6\)/),
    });
    ready.test.fault = (_request, response) => Boolean(response.destroy());
    await expect(ready.hub.json(asked)).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
  });

  it('does not read an answer without limit', async () => {
    const ready = await readyHub();
    ready.test.put('name', { files: { x: '['.repeat(5000) } });
    const limits = { ...ready.settings.limits, maxAnswerBytes: 1000 };
    const asked = ready.client({ limits }).json(question(ready, '/name/resolve/main/x'));
    await expect(asked).rejects.toMatchObject({ code: 'HUB_TOO_LARGE' });
  });
});
