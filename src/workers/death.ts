import type { Ending } from './spawn.js';

/** Why a worker ended that nobody had asked to. */
export interface Death {
  /** TorchServe's: 507 when it was killed for want of memory, else 500. */
  readonly status: 500 | 507;
  /** A sentence for operators. */
  readonly reason: string;
}

/** What the end of a process says that the server did not bring about itself. */
export function deathByExit({ exitCode, signal, error }: Ending): Death {
  if (error) return { status: 500, reason: `The worker process could not be started: ${error.message}.` };
  if (signal === 'SIGKILL' || exitCode === 137) {
    return { status: 507, reason: 'The worker was killed from outside, as systems do when memory runs out.' };
  }
  if (signal) return { status: 500, reason: `The worker was ended by ${signal}.` };
  return { status: 500, reason: `The worker ended with exit code ${exitCode ?? 'unknown'}.` };
}

/** The reason with the last lines the worker wrote to stderr below it. */
export function withLastWords(reason: string, lines: readonly string[]): string {
  return lines.length === 0 ? reason : `${reason} Its last words:\n${lines.join('\n')}`;
}
