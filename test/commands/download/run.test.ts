import { describe, expect, it } from 'vitest';
import { desk } from './running.js';

describe('what ts download is asked for', () => {
  it('may be named twice if it is the same, by the argument and by the flag', async () => {
    const { hub, ts } = await desk();
    const commit = hub.put('org/name', { files: { 'config.json': '{}' } });
    const { code, stdout } = await ts(['download', 'org/name', '-m', 'org/name', '--quiet']);
    expect({ code, path: stdout.trim().split('/').at(-1) }).toEqual({ code: 0, path: commit });
  });
});
