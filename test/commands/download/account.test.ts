import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { desk } from './running.js';

const BIN = fileURLToPath(new URL('../../../bin/ts.js', import.meta.url));
const hasTerminal = spawnSync('script', ['--version']).status === 0;

describe('the token on a terminal', () => {
  it.skipIf(!hasTerminal)('is asked for and not shown', async () => {
    const { hub, folder, home } = await desk();
    hub.accounts.set('hf_good', { name: 'ada' });
    const { spawn } = await import('node:child_process');
    const command = `"${process.execPath}" "${BIN}" login`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, HF_ENDPOINT: hub.url, HF_HOME: home, HF_TOKEN: '' },
    });
    let shown = '';
    child.stdout.on('data', (bytes) => {
      shown += bytes;
      if (String(bytes).includes('not shown')) child.stdin.write('hf_goos\u007fd\r');
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, shown).toBe(0);
    expect(shown).not.toContain('hf_goo');
    expect(readFileSync(join(home, 'token'), 'utf8')).toBe('hf_good');
  });
});
