import type { Key } from '../../config/keys.js';

/** The command line of `ts serve`, read but not judged. */
export interface ServeOptions {
  /** Archives, folders and files to serve, each perhaps as `name=path`. */
  readonly models: readonly string[];
  readonly start: boolean;
  readonly stop: boolean;
  readonly foreground: boolean;
  readonly version: boolean;
  /** Log lines on stdout in place of the summary at start. */
  readonly mirrorLogs: boolean;
  readonly json: boolean;
  readonly tsConfig: string | undefined;
  readonly logConfig: string | undefined;
  /** Configuration keys that were given, by snake_case key. */
  readonly keys: Partial<Record<Key, string>>;
  /** Version of this package. */
  readonly appVersion: string;
  /** Folder of this package. */
  readonly root: string;
  /** The words behind `serve`, as they were typed. */
  readonly argv: readonly string[];
}
