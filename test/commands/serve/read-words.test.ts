import { parse } from '@oclif/core/parser';
import { describe, expect, it } from 'vitest';
import { KEY_FLAGS, SERVE_FLAGS } from '../../../src/commands/serve/flags.js';
import { readServeWords } from '../../../src/commands/serve/read-words.js';

/** What the command line framework makes of the same words. */
async function readByFramework(words: readonly string[]) {
  const { flags, argv } = await parse([...words], {
    flags: { ...SERVE_FLAGS, ...KEY_FLAGS },
    strict: false,
    '--': true,
  });
  return { flags: { ...flags }, models: argv.map(String) };
}

describe('the words behind ts serve', () => {
  it.each([
    [[]],
    [['digits.mar']],
    [['a.mar', '--json', 'b=c.onnx']],
    [['--inference-address', 'http://127.0.0.1:0', '--job-queue-size=7', 'a.mar']],
    [['--start', '--foreground', '--model-store', 'store', '--models', 'a.mar', 'b=b.mar', '--ncs']],
    [['--models=all', '--model-store=store']],
    [['--no-config-snapshots', '--ts-config', 'config.properties']],
    [['--enable-model-api', '--no-disable-system-metrics', '--stop']],
    [['--disable-token-auth']],
  ])('%j are read as the framework reads them', async (words: readonly string[]) => {
    expect(readServeWords(words)).toEqual(await readByFramework(words));
  });

  it.each([
    [['--help']],
    [['-h']],
    [['-v']],
    [['--unknown']],
    [['--']],
    [['--ts-config']],
    [['--ts-config', '--json']],
    [['--ts-config=']],
    [['--json=true']],
    [['--json', '--json']],
    [['--job-queue-size', '1', '--job-queue-size', '2']],
    [['--start', '--stop']],
    [['--version', '--start']],
    [['--no-json']],
    [['--models']],
  ])('%j are left to the framework', (words: readonly string[]) => {
    expect(readServeWords(words)).toBeUndefined();
  });
});
