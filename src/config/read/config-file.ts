import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serveError } from '../../core/errors.js';
import { KEYS, type Key, rowOf } from '../keys.js';
import { nearest } from '../nearest.js';
import type { Given } from '../source.js';
import { type Property, parseProperties } from './properties.js';

/** Known before any key is read, so it cannot be a key itself. */
const MAX_FILE_BYTES = 1_048_576;

export interface ConfigFileReading {
  /** The known keys, the last of repeated ones. */
  readonly given: readonly Given[];
  readonly warnings: readonly string[];
}

export interface ConfigFileChoice {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The `--ts-config` flag. */
  readonly tsConfig?: string;
}

/**
 * The file to read: TS_CONFIG_FILE, else `--ts-config`, else config.properties in the working directory; undefined
 * when there is none. Throws CONFIG_FILE_NOT_FOUND when a named one is missing.
 */
export function chooseConfigFile({ env, cwd, tsConfig }: ConfigFileChoice): string | undefined {
  const named = env.TS_CONFIG_FILE || tsConfig;
  if (!named) {
    const usual = join(cwd, 'config.properties');
    return isFile(usual) ? usual : undefined;
  }
  const path = resolve(cwd, named);
  if (statSync(path, { throwIfNoEntry: false })) return path;
  const origin = env.TS_CONFIG_FILE ? 'the environment variable TS_CONFIG_FILE' : '--ts-config';
  throw serveError('CONFIG_FILE_NOT_FOUND', { path: named, origin });
}

/** Reads config.properties and puts environment values in place of `$$NAME$$`. */
export function readConfigFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): ConfigFileReading {
  const properties = readProperties(path);
  const last = new Map(properties.map((property) => [property.key, property]));
  const given: Given[] = [];
  const warnings: string[] = [];
  for (const property of last.values()) {
    const source = { kind: 'file', path, line: property.line } as const;
    const value = withEnvironment(property, path, env);
    if (rowOf(property.key)) given.push({ key: property.key as Key, value, source });
    else warnings.push(unknownKey(property, path));
  }
  return { given, warnings };
}

function readProperties(path: string): Property[] {
  try {
    const file = statSync(path);
    if (!file.isFile()) throw new Error('it is not a file');
    if (file.size > MAX_FILE_BYTES) throw new Error(`it has ${file.size} bytes`);
    return parseProperties(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw serveError(
      'CONFIG_FILE_UNREADABLE',
      { path, reason, limitBytes: MAX_FILE_BYTES },
      { cause: error },
    );
  }
}

function withEnvironment(
  { value, line }: Property,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return value.replace(/\$\$([^$]+)\$\$/g, (_, name: string) => {
    const text = env[name];
    if (text === undefined) throw serveError('CONFIG_ENVIRONMENT', { name, source: `${path}:${line}` });
    return text;
  });
}

function unknownKey({ key, line }: Property, path: string): string {
  const near = nearest(key, Object.keys(KEYS));
  const hint = near ? ` (did you mean "${near}"?)` : '';
  return `${path}:${line}: there is no key "${key}"${hint}; it is ignored.`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
