import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { downloadAtOnce } from '../../../src/commands/download/at-once.js';
import { COUNT_FRAMEWORK_MODULES } from '../framework-modules.js';
import { desk } from './running.js';

const COUNTED = { NODE_OPTIONS: COUNT_FRAMEWORK_MODULES };

describe('ts download without the command line framework', () => {
  it('leaves words that need explaining to the framework', async () => {
    expect(await downloadAtOnce(['--help'])).toBe(false);
    const { ts } = await desk();
    const { code, stdout, stderr } = await ts(['download', '--help'], COUNTED);
    expect({ code, explained: stdout.includes('USAGE') }).toEqual({ code: 0, explained: true });
    expect(stderr).toMatch(/framework modules: [1-9]/);
  });

  it('does not load it for plain words, and brings the files', async () => {
    const { hub, ts } = await desk();
    const commit = hub.put('org/name', { files: { 'config.json': '{}' } });
    const { code, stdout, stderr } = await ts(['download', 'org/name', '--quiet'], COUNTED);
    expect({ code, path: stdout.trim().split('/').at(-1) }).toEqual({ code: 0, path: commit });
    expect(stderr).toBe('framework modules: 0\n');
  });

  it('tells what is wrong in one paragraph, with the same exit code', async () => {
    const { ts } = await desk();
    const plain = await ts(['download', 'org/none', '--quiet'], COUNTED);
    const explained = await ts(['download', '-m', 'org/none', '--quiet']);
    expect(plain.stderr).toBe(`${explained.stderr}framework modules: 0\n`);
    expect(explained.stderr).toContain('org/none');
    expect({ code: plain.code, stdout: plain.stdout }).toEqual({ code: explained.code, stdout: '' });
    expect(plain.code).not.toBe(0);
  });

  it('ends quietly when nobody reads the path any more', async () => {
    const { hub, start } = await desk();
    hub.put('org/name', { files: { 'config.json': '{}' } });
    const { child, ended } = start(['download', 'org/name', '--quiet'], COUNTED);
    child.stdout?.destroy();
    await once(child, 'exit');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'framework modules: 0\n' });
  });
});
