import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desk } from './download/running.js';

const ACCOUNT = { name: 'ada', auth: { accessToken: { displayName: 'laptop', role: 'read' } } };

describe('ts login', () => {
  it('keeps a token that the hub knows, for the user alone', async () => {
    const { hub, ts, home } = await desk();
    hub.accounts.set('hf_good', ACCOUNT);
    const { code, stderr } = await ts(['login'], {}, 'hf_good\n');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`Logged in as ada; the token is kept in ${join(home, 'token')}`);
    expect(stderr).not.toContain('hf_good');
    expect(readFileSync(join(home, 'token'), 'utf8')).toBe('hf_good');
    expect(statSync(join(home, 'token')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(home, 'stored_tokens'), 'utf8')).toContain('[laptop]\nhf_token = hf_good');
  });

  it('keeps nothing that the hub refuses, or that is no token', async () => {
    const { ts, home } = await desk();
    const refused = await ts(['login', '--token', 'hf_bad']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('does not accept the token');
    expect(refused.stderr).toContain('(--token)');
    expect((await ts(['login'], {}, 'hf_bad\n')).stderr).toContain('the token (the one you gave)');
    expect((await ts(['login'])).stderr).toContain('No token was given');
    expect((await ts(['login'], {}, 'two words\n')).code).toBe(2);
    expect(() => statSync(home)).toThrow();
  });

  it('notes that a variable goes before the token', async () => {
    const { hub, ts } = await desk();
    hub.accounts.set('hf_good', ACCOUNT);
    const { stderr } = await ts(['login', '--token', 'hf_good'], { HF_TOKEN: 'hf_other' });
    expect(stderr).toContain('HF_TOKEN is set, and goes before it');
  });
});
