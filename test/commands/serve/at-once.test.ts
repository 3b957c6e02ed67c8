import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { serveAtOnce } from '../../../src/commands/serve/at-once.js';
import { COUNT_FRAMEWORK_MODULES } from '../framework-modules.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TS = fileURLToPath(new URL('../../../bin/ts.js', import.meta.url));

describe('ts serve without the command line framework', () => {
  it('leaves words that need explaining to the framework', async () => {
    expect(await serveAtOnce(['--help'], ROOT)).toBe(false);
    expect(execFileSync(process.execPath, [TS, 'serve', '--help'], { encoding: 'utf8' })).toContain('USAGE');
  });

  it('does not load it for plain words, and tells what is wrong with an exit code', () => {
    const { status, stderr } = serve('nowhere.mar', '--disable-token-auth');
    expect(status).toBe(1);
    expect(stderr).toContain('nowhere.mar');
    expect(stderr).toContain('framework modules: 0\n');
    expect(serve('-v').stderr).toMatch(/framework modules: [1-9]/);
  });
});

function serve(...words: readonly string[]) {
  return spawnSync(process.execPath, [TS, 'serve', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: COUNT_FRAMEWORK_MODULES },
  });
}
