import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/ts.js', import.meta.url));

function wrong(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.split('\n').length).toBeLessThan(8);
  // The framework breaks long errors into lines with a mark in front of each.
  return stderr.replace(/[\s›]+/g, ' ').trim();
}

describe('a wrong command line', () => {
  it.each([
    ['serve', '--inference-adress', '--inference-address'],
    ['serve', '--no-enable-model-apis', '--no-enable-model-api'],
    ['archive', '--handlr', '--handler'],
    ['bench', '--worker', '--workers'],
  ])('ts %s %s is told in a paragraph that names %s', (command, flag, meant) => {
    expect(wrong(command, flag)).toBe(
      `Error: Nonexistent flag: ${flag} Did you mean ${meant}? See more help with --help`,
    );
  });

  it('is told without a guess when no flag is near, or something else is wrong', () => {
    expect(wrong('serve', '--frobnicate')).toBe(
      'Error: Nonexistent flag: --frobnicate See more help with --help',
    );
    expect(wrong('archive', 'inspect')).toContain('Missing 1 required arg');
    expect(wrong('archive', 'inspect', 'a', 'b')).toContain('Unexpected argument: b');
  });
});

it('lists every command once in its help', () => {
  const { stdout } = spawnSync(process.execPath, [BIN, '--help'], { encoding: 'utf8' });
  const named = [...stdout.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => name);
  expect(named).toEqual(['archive', 'bench', 'download', 'help', 'login', 'logout', 'serve', 'whoami']);
});
