import type { LogLevel } from '../core/log.js';

/**
 * What of the log is repeated on the terminal: `all` lines on stdout, as TorchServe does; `warnings` and errors on
 * stderr; or `none`.
 */
export type ConsoleMode = 'all' | 'warnings' | 'none';

export interface ConsoleLines {
  /** One line of ts_log.log or model_log.log. `message` is the line without its time, thread and logger. */
  show(level: LogLevel, line: string, message: string): void;
  close(): void;
}

/** Repeats log lines on the terminal. A terminal that has gone is not an error: the lines are in the files. */
export function createConsoleLines(
  mode: ConsoleMode,
  out: NodeJS.WriteStream = process.stdout,
  err: NodeJS.WriteStream = process.stderr,
): ConsoleLines {
  if (mode === 'none') return { show() {}, close() {} };
  const stream = mode === 'all' ? out : err;
  const ignore = (): void => {};
  stream.on('error', ignore);
  return {
    show(level, line, message) {
      if (mode === 'all') stream.write(`${line}\n`);
      else if (level === 'warn') stream.write(`Warning: ${message}\n`);
      else if (level === 'error') stream.write(`Error: ${message}\n`);
    },
    close() {
      // What was written last may still meet a closed pipe after this.
      setTimeout(() => stream.off('error', ignore), 1000).unref();
    },
  };
}
