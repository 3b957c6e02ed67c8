import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { serveAtOnce } from '../../../src/commands/serve/at-once.js';

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
  const options = `--import=data:text/javascript,${encodeURIComponent(REPORT)}`;
  return spawnSync(process.execPath, [TS, 'serve', ...words], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: options },
  });
}

/** Counts the framework's modules when the process ends; they are CommonJS. */
const REPORT = `
import { createRequire } from 'node:module';
const { cache } = createRequire(process.cwd() + '/x.js');
process.on('exit', () => {
  const loaded = Object.keys(cache).filter((path) => path.includes('@oclif'));
  process.stderr.write('framework modules: ' + loaded.length + '\\n');
});`;
