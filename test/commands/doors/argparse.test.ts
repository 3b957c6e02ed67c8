import { describe, expect, it } from 'vitest';
import { helpText, type Option, parseArguments, usageText } from '../../../src/commands/doors/argparse.js';

const OPTIONS: readonly Option[] = [
  { name: '--model-name', value: 'MODEL_NAME', required: true, help: 'name' },
  { name: '--model-file', value: 'MODEL_FILE', help: 'file' },
  { name: '--extra-files', value: 'FILES', list: true, help: 'files' },
  { name: '--runtime', value: 'RUNTIME', choices: ['python', 'node'], help: 'runtime' },
  { name: '--force', short: '-f', help: 'force' },
  { name: '--version', short: '-v', value: 'VERSION', help: 'version' },
];

function parsed(line: string): Record<string, readonly string[]> {
  return Object.fromEntries(parseArguments(line.split(' '), OPTIONS));
}

describe('a command line as argparse takes it', () => {
  it.each([
    ['--model-name m', { '--model-name': ['m'] }],
    ['--model-name=m', { '--model-name': ['m'] }],
    ['--model-n m --for', { '--model-name': ['m'], '--force': [''] }],
    ['--model-name m -v1.0', { '--model-name': ['m'], '--version': ['1.0'] }],
    ['--model-name m -v=1.0', { '--model-name': ['m'], '--version': ['1.0'] }],
    ['--model-name m -fv 2', { '--model-name': ['m'], '--force': [''], '--version': ['2'] }],
    ['--model-name m -v -1', { '--model-name': ['m'], '--version': ['-1'] }],
    ['--model-name a --model-name b', { '--model-name': ['a', 'b'] }],
    [
      '--extra-files a, b ,c -f --model-name m',
      { '--extra-files': ['a,', 'b', ',c'], '--force': [''], '--model-name': ['m'] },
    ],
  ])('%s', (line, given) => {
    expect(parsed(line)).toEqual(given);
  });

  it.each([
    ['-f', 'the following arguments are required: --model-name'],
    ['--model-name', 'argument --model-name: expected one argument'],
    ['--model-name -f', 'argument --model-name: expected one argument'],
    ['--model a', 'ambiguous option: --model could match --model-name, --model-file'],
    [
      '--model-name m --runtime ruby',
      "argument --runtime: invalid choice: 'ruby' (choose from 'python', 'node')",
    ],
    ['--model-name m stray -x --odd', 'unrecognized arguments: stray -x --odd'],
    ['--model-name m --extra-files a b', 'unrecognized arguments: b'],
    ['--model-name m --force=yes', "argument -f/--force: ignored explicit argument 'yes'"],
  ])('%s is wrong', (line, message) => {
    expect(() => parsed(line)).toThrow(message);
  });

  it('has a usage and a help made from the same table', () => {
    expect(usageText('tool', OPTIONS)).toBe(
      'usage: tool [-h] --model-name MODEL_NAME [--model-file MODEL_FILE]\n' +
        '            [--extra-files FILES] [--runtime {python,node}] [-f] [-v VERSION]',
    );
    expect(helpText('tool', OPTIONS, 'Does it.')).toContain('-v VERSION, --version VERSION  version');
  });
});
