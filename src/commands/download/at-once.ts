import { printError } from '../print-error.js';
import { readDownloadWords } from './read-words.js';
import { download } from './run.js';

/**
 * `ts download` without the command line framework, which would take a tenth of a second before anything is asked for.
 * False, and nothing done, when the words need explaining.
 */
export async function downloadAtOnce(argv: readonly string[]): Promise<boolean> {
  const words = readDownloadWords(argv);
  if (!words) return false;
  process.stdout.on('error', ignoreClosed);
  try {
    await download(words.repo, words.flags);
  } catch (error) {
    process.exitCode = printError(error);
  }
  return true;
}

/** Whoever was to read the path has gone, as behind `| head`. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
