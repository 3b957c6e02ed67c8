import * as Args from '@oclif/core/args';
import { parse } from '@oclif/core/parser';
import { describe, expect, it } from 'vitest';
import { DOWNLOAD_FLAGS } from '../../../src/commands/download/flags.js';
import { readDownloadWords } from '../../../src/commands/download/read-words.js';

const OFF = { force: false, 'dry-run': false, quiet: false, json: false };

/** What the command line framework makes of the same words; it leaves out switches that were not given. */
async function readByFramework(words: readonly string[]) {
  const { args, flags } = await parse([...words], {
    args: { repo: Args.string({ required: false }) },
    flags: DOWNLOAD_FLAGS,
    '--': true,
  });
  return { repo: args.repo, flags: { ...OFF, ...flags } };
}

describe('the words behind ts download', () => {
  it.each([
    [['org/name']],
    [['org/name', '--quiet', '--revision', 'v1.0']],
    [['--revision=refs/pr/1', 'org/name', '--local-dir', 'model', '--force']],
    [['org/name', '--model_path', 'model', '--model_name', 'org/name']],
    [['org/name', '--model-path=cache', '--model-name=org/name']],
    [['--cache-dir', 'cache', '--json', '--dry-run', 'org/name']],
    [['org/name', '--max-workers', '16', '--token', 'hf_x', '--zip', 'model.zip']],
    [['org/name', '--max-workers=064']],
  ])('%j are read as the framework reads them', async (words: readonly string[]) => {
    expect(readDownloadWords(words)).toEqual(await readByFramework(words));
  });

  it.each([
    [[]],
    [['']],
    [['--help']],
    [['org/name', '--help']],
    [['org/name', '-f']],
    [['org/name', 'another/name']],
    [['org/name', '--']],
    [['--model-name', 'org/name']],
    [['org/name', '--unknown']],
    [['org/name', '--no-force']],
    [['org/name', '--force=true']],
    [['org/name', '--force', '--force']],
    [['org/name', '--model_path', 'a', '--cache-dir', 'b']],
    [['org/name', '--revision']],
    [['org/name', '--revision=']],
    [['org/name', '--revision', '--force']],
    [['org/name', '--max-workers', '0']],
    [['org/name', '--max-workers', '65']],
    [['org/name', '--max-workers', 'many']],
    [['org/name', '--include', '*.json']],
    [['org/name', '--repo-type', 'dataset']],
  ])('%j are left to the framework', (words: readonly string[]) => {
    expect(readDownloadWords(words)).toBeUndefined();
  });
});
