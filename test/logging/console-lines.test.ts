import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type ConsoleMode, createConsoleLines } from '../../src/logging/console-lines.js';

function shown(mode: ConsoleMode): { out: string; err: string } {
  const out = new PassThrough();
  const err = new PassThrough();
  const lines = createConsoleLines(mode, out as never, err as never);
  lines.show('info', 'T [INFO ] ready', 'ready');
  lines.show('warn', 'T [WARN ] careful', 'careful');
  lines.show('error', 'T [ERROR] broken', 'broken');
  lines.close();
  return { out: String(out.read() ?? ''), err: String(err.read() ?? '') };
}

describe('the terminal', () => {
  it('repeats every line on stdout, as TorchServe does', () => {
    expect(shown('all')).toEqual({ out: 'T [INFO ] ready\nT [WARN ] careful\nT [ERROR] broken\n', err: '' });
  });

  it('shows only warnings and errors on stderr', () => {
    expect(shown('warnings')).toEqual({ out: '', err: 'Warning: careful\nError: broken\n' });
  });

  it('shows nothing when told so', () => {
    expect(shown('none')).toEqual({ out: '', err: '' });
  });

  it('that has gone does not end the server', async () => {
    const script = `
      import { createConsoleLines } from ${JSON.stringify(new URL('../../dist/logging/console-lines.js', import.meta.url).href)};
      const lines = createConsoleLines('all');
      for (let n = 0; n < 50; n++) {
        lines.show('info', 'line', 'line');
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      process.exit(7);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = await once(child, 'exit');
    expect(code).toBe(7);
  });
});
