import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FULL = '/dev/full';
const url = (path: string) => new URL(`../../../${path}`, import.meta.url).href;

/** Prints a result in a process of its own, once `begin` has been written to its stdin. */
function print(stdout: number | 'pipe') {
  const program = `
    await import(${JSON.stringify(url('node_modules/@oclif/core/lib/command.js'))});
    const { printResult } = await import(${JSON.stringify(url('dist/commands/bench/print-result.js'))});
    for await (const _ of process.stdin) break;
    const code = await printResult('the result\\n'.repeat(20_000)).then(() => 'printed', ({ code }) => code);
    process.stderr.write('[' + code + ']');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', stdout, 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stderr?.on('data', (bytes) => {
    err += bytes;
  });
  const read = () =>
    child.stdout?.on('data', (bytes) => {
      out += bytes;
    });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
  return { child, ended, read, begin: () => child.stdin?.end('begin') };
}

describe('the result of a measurement', () => {
  it('goes to stdout, all of it', async () => {
    const { ended, read, begin } = print('pipe');
    read();
    begin();
    const { code, out, err } = await ended;
    expect([code, out.length, err]).toEqual([0, 220_000, '[printed]']);
  });

  it('goes to stderr where stdout is a file on a full disk', async (context) => {
    context.skip(!existsSync(FULL), `there is no ${FULL}`);
    const full = openSync(FULL, 'w');
    const { ended, begin } = print(full);
    begin();
    const { code, err } = await ended;
    closeSync(full);
    expect(err).toMatch(/^(the result\n){20000}\[BENCH_STDOUT\]$/);
    expect(code).toBe(0);
  });

  it('is no failure when its reader has seen enough', async () => {
    const { child, ended, begin } = print('pipe');
    child.stdout?.destroy();
    begin();
    expect(await ended).toMatchObject({ code: 0, err: '[printed]' });
  });
});
