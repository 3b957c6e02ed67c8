import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desk } from './download/running.js';

describe('ts logout', () => {
  it('forgets the token, and says when there is none', async () => {
    const { ts, home } = await desk();
    mkdirSync(home);
    writeFileSync(join(home, 'token'), 'hf_mine');
    expect(await ts(['logout'])).toMatchObject({ code: 0, stdout: '' });
    expect(existsSync(join(home, 'token'))).toBe(false);
    const again = await ts(['logout']);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('Not logged in');
  });

  it('says that a variable still holds a token, which it cannot forget', async () => {
    const { ts, home } = await desk();
    const env = { HF_TOKEN: 'hf_other' };
    mkdirSync(home);
    writeFileSync(join(home, 'token'), 'hf_mine');
    const { code, stderr } = await ts(['logout'], env);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/is gone\.\nNote: HF_TOKEN is still set/)]);
    const again = await ts(['logout'], env);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('to forget; HF_TOKEN says who asks.');
  });
});
