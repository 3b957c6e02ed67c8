import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/api/http/call.js';
import { createRouter, type Handle, type Route } from '../../../src/api/http/router.js';

const show =
  (name: string): Handle =>
  (_, params) => ({ status: 200, headers: [], body: `${name} ${JSON.stringify(params)}` });

const ROUTES: readonly Route[] = [
  { path: '/', methods: { OPTIONS: show('root') } },
  { path: '/models', methods: { GET: show('list'), POST: show('register') } },
  { path: '/models/:model', methods: { any: show('model') } },
  { path: '/models/:model/:version/*', methods: { any: show('deep') } },
  { path: '/:model/predict', methods: { any: show('older') } },
];

const answer = createRouter(ROUTES);
const ask = (method: string, path: string) => answer({ method, path } as Call);

describe('the router', () => {
  it.each([
    ['OPTIONS', '/', 'root {}'],
    ['GET', '/models', 'list {}'],
    ['GET', '/models/', 'list {}'],
    ['POST', '/models', 'register {}'],
    ['PUT', '/models/a%20b', 'model {"model":"a b"}'],
    ['GET', '/models/a%2Fb', 'model {"model":"a/b"}'],
    ['GET', '/models/a:predict', 'model {"model":"a:predict"}'],
    ['GET', '/models/a/1.0/some/more', 'deep {"model":"a","version":"1.0","*":"some/more"}'],
    ['GET', '/x/predict', 'older {"model":"x"}'],
    ['GET', `/models/${'m'.repeat(500)}`, `model {"model":"${'m'.repeat(500)}"}`],
  ])('answers %s %s', (method, path, body) => {
    expect(ask(method, path)).toMatchObject({ body });
  });

  it.each(['/nowhere', '/Models', '/x/y', '/models/a/1.0', '/%zz', '//models'])(
    'knows nothing of %s',
    (path) => {
      expect(() => ask('GET', path)).toThrow(
        expect.objectContaining({ status: 404, type: 'ResourceNotFoundException' }),
      );
    },
  );

  it('tells a wrong method from a wrong path', () => {
    expect(() => ask('PATCH', '/models')).toThrow(
      expect.objectContaining({ status: 405, type: 'MethodNotAllowedException' }),
    );
  });
});
