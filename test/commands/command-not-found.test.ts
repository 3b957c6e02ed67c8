import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/ts.js', import.meta.url));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' });
  // The framework breaks long errors into lines with a mark in front of each.
  return { status, stdout, stderr: stderr.replace(/[\s›]+/g, ' ') };
}

describe('the command line', () => {
  it('names the nearest command for a mistyped one, without a terminal, and exits 2', () => {
    const { status, stderr } = run('serv', 'model.mar');
    expect(stderr).toContain('Did you mean "ts serve"?');
    expect(status).toBe(2);
  });

  it('names the word behind a command that takes none, and the nearest command below it', () => {
    const model = run('archive', 'model.onnx', '--model-name', 'm');
    expect(model.stderr).toContain(
      '"ts archive" takes flags only, not "model.onnx". "ts archive --help" shows',
    );
    expect(model.status).toBe(2);
    expect(run('bench', 'tun').stderr).toContain('Did you mean "ts bench tune"?');
  });

  it('lists the commands when none is near', () => {
    const { status, stderr } = run('frobnicate');
    expect(stderr).toContain('Known: archive, archive inspect, download, serve, bench');
    expect(status).toBe(2);
  });

  it('answers --version with name and number', () => {
    expect(run('--version').stdout).toMatch(/^ts-serve \d+\.\d+\.\d+\n$/);
    expect(run('-v').stdout).toBe(run('--version').stdout);
  });

  it('lists its commands with --help and with the word help', () => {
    for (const word of ['--help', 'help']) {
      const { status, stdout } = run(word);
      expect(status).toBe(0);
      for (const command of ['archive', 'bench', 'download', 'serve'])
        expect(stdout).toContain(`  ${command} `);
    }
  });
});
