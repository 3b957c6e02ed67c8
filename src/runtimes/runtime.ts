import type { Settings } from '../config/keys.js';
import type { TorchrunConfig } from '../config/model-keys.js';
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
  /** What `prepare` chose for this model; the runtime's own choice if absent. */
  readonly prepared?: PreparedProgram;
  /** The processes to start, for a model that is split over several; each dials in. One if absent. */
  readonly ranks?: LaunchRanks;
}

/** The processes of one worker on this machine. */
export interface LaunchRanks {
  readonly count: number;
  /** Every rank gets every request, also those on other machines. */
  readonly everyone: boolean;
  readonly torchrun: TorchrunConfig;
  /** Names the group among those of this server. */
  readonly id: string;
}

/** What a prepared model is run with. */
export interface PreparedProgram {
  /** Absolute path of the interpreter. */
  readonly interpreter: string;
  /** Folder of packages for this model alone, to be searched behind its own folder; undefined if there are none. */
  readonly packages: string | undefined;
}

/** A model that is about to be registered, as its runtime sees it. */
export interface PrepareDemand {
  readonly model: string;
  readonly version: string;
  /** Absolute folder of the opened archive. */
  readonly directory: string;
  /** The manifest's requirements file, relative to `directory`; undefined if it names none. */
  readonly requirementsFile: string | undefined;
  /** The word the model asked for this runtime with, such as `python3`. */
  readonly word: string;
  /** The model's key `useVenv`. */
  readonly useVenv: boolean;
  readonly settings: Settings;
  /** The server's environment with the hidden variables already taken out. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A line that a program printed while the model was prepared, for the model's log. */
  onLine(stream: 'stdout' | 'stderr', line: string): void;
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
  /** Whether lines its workers print are metrics when they begin as TorchServe's metrics do. */
  readonly printsMetrics?: boolean;
  /** Whether it can start a worker of several ranks. */
  readonly startsRanks?: boolean;
  /** At which its workers print the line they are at, and go on; undefined if they cannot. */
  readonly whereSignal?: NodeJS.Signals | undefined;
  /** Throws a ServeError when this machine cannot start such a worker. */
  command(demand: LaunchDemand): LaunchCommand;
  /**
   * Makes what a model's workers need beside its archive, before there are workers, and returns the runtime to start
   * them with. Throws a ServeError when that cannot be made; nothing is then left of it.
   */
  prepare?(demand: PrepareDemand): Promise<Runtime>;
  /** Lets go of what `prepare` holds: the model has gone. Never throws. */
  release?(): Promise<void>;
}

/** Environment names through which every worker learns where to dial. */
export const SOCKET_VARIABLE = 'TS_SERVE_WORKER_SOCKET';
export const TOKEN_VARIABLE = 'TS_SERVE_WORKER_TOKEN';
