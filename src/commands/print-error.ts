import { asServeError } from '../core/errors.js';

/** Writes what went wrong and what to do about it on stderr, as one paragraph, and gives the exit code. */
export function printError(error: unknown): number {
  const { message, hint, exitCode } = asServeError(error);
  const coloured = process.stderr.isTTY === true && !process.env.NO_COLOR;
  const head = coloured ? `\u001B[31m${message}\u001B[39m` : message;
  process.stderr.write(hint ? `${head}\n${hint}\n` : `${head}\n`);
  return exitCode;
}
