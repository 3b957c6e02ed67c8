import type { Key } from '../../config/keys.js';
import { CONFIG_FLAGS } from '../../config/read/flags.js';

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

/** What was typed: flags by name (`true`, `false`, a text, or a list of texts), and the words without dashes. */
export interface GivenWords {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly models: readonly string[];
}

/** Puts the options together from what was typed. */
export function serveOptions(
  { flags, models }: GivenWords,
  place: Pick<ServeOptions, 'appVersion' | 'root' | 'argv'>,
): ServeOptions {
  const text = (name: string): string | undefined => {
    const value = flags[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    models,
    start: flags.start === true,
    stop: flags.stop === true,
    foreground: flags.foreground === true,
    version: flags.version === true,
    mirrorLogs: flags['mirror-logs'] === true,
    json: flags.json === true,
    tsConfig: text('ts-config'),
    logConfig: text('log-config'),
    keys: keyValues(flags),
    ...place,
  };
}

/** What was given for keys, by snake_case key, as the configuration reads it. */
function keyValues(flags: GivenWords['flags']): Partial<Record<Key, string>> {
  const values: Partial<Record<Key, string>> = {};
  for (const { key, name } of CONFIG_FLAGS) {
    const value = flags[name];
    if (value === undefined) continue;
    values[key] = Array.isArray(value) ? value.join(',') : String(value);
  }
  return values;
}
