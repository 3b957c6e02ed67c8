export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where rooms write lines for operators. `thread` is TorchServe's third column, such as `W-9000-noop_1.0-stdout`. */
export interface Log {
  debug(message: string, thread?: string): void;
  info(message: string, thread?: string): void;
  warn(message: string, thread?: string): void;
  error(message: string, thread?: string): void;
}

/** For tests and for commands that have nothing to tell an operator. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
