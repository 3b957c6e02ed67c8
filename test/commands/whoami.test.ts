import { describe, expect, it } from 'vitest';
import { desk } from './download/running.js';

describe('ts whoami', () => {
  it('prints the account alone on stdout, or everything as JSON', async () => {
    const { hub, ts } = await desk();
    const auth = { accessToken: { displayName: 'laptop', role: 'write' } };
    hub.accounts.set('hf_good', { name: 'ada', fullname: 'Ada L', orgs: [{ name: 'org' }], auth });
    const env = { HF_TOKEN: 'hf_good' };
    expect(await ts(['whoami'], env)).toEqual({
      code: 0,
      stdout: 'ada\n',
      stderr: 'full name: Ada L\norganizations: org\ntoken: laptop (write)\n',
    });
    expect(JSON.parse((await ts(['whoami', '--json'], env)).stdout)).toMatchObject({
      name: 'ada',
      organizations: ['org'],
    });
  });

  it('ends with an error without a token, or with one the hub does not know', async () => {
    const { ts } = await desk();
    expect(await ts(['whoami'])).toMatchObject({ code: 1, stdout: '' });
    const refused = await ts(['whoami', '--token', 'hf_bad']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('does not accept the token (--token)');
  });

  it('asks nobody when the network is forbidden', async () => {
    const { hub, ts } = await desk();
    hub.accounts.set('hf_good', { name: 'ada' });
    const { code, stdout, stderr } = await ts(['whoami'], { HF_TOKEN: 'hf_good', HF_HUB_OFFLINE: '1' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('HF_HUB_OFFLINE forbids the network');
    expect(hub.seen).toEqual([]);
  });
});
