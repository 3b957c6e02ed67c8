import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printError } from '../print-error.js';
import { serveOptions } from './options.js';
import { readServeWords } from './read-words.js';
import { runServe } from './run.js';

/**
 * `ts serve` without the command line framework, which would take a tenth of a second before anything is served and
 * twelve megabytes for as long as the server runs. `root` is the folder of this package. False, and nothing done, when
 * the words need explaining.
 */
export async function serveAtOnce(argv: readonly string[], root: string): Promise<boolean> {
  const words = readServeWords(argv);
  if (!words) return false;
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  try {
    process.exitCode = await runServe(serveOptions(words, { appVersion: version, root, argv }));
  } catch (thrown) {
    process.exitCode = printError(thrown);
  }
  return true;
}
