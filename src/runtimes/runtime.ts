import type { WireDevice } from '../wire/frames.js';

/** What a runtime is told about the worker to be started. */
export interface LaunchDemand {
  /** Absolute folder of the opened archive; the process's working directory. */
  readonly directory: string;
  /** Handler string of the manifest or of the registration. */
  readonly handler: string;
  readonly device: WireDevice;
  /** Threads the worker may compute with. */
  readonly threads: number;
  /** Unix socket path (or `host:port`) the worker dials. */
  readonly socket: string;
  /** One-time token the worker sends in HELLO. */
  readonly token: string;
  /** The server's environment with the hidden variables already taken out. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What is handed to `child_process.spawn`. */
export interface LaunchCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

/** How to start workers of one kind, and which archives they accept. */
export interface Runtime {
  /** The manifest's `runtime` words this kind serves, such as `node`. */
  readonly names: readonly string[];
  /** Throws a ServeError when this machine cannot start such a worker. */
  command(demand: LaunchDemand): LaunchCommand;
}

/** Environment names through which every worker learns where to dial. */
export const SOCKET_VARIABLE = 'TS_SERVE_WORKER_SOCKET';
export const TOKEN_VARIABLE = 'TS_SERVE_WORKER_TOKEN';
