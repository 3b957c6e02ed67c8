import { limitKeys } from './keys/limits.js';
import { listenerKeys } from './keys/listeners.js';
import { modelKeys } from './keys/models.js';
import { observingKeys } from './keys/observing.js';
import { pythonKeys } from './keys/python.js';
import type { KeyRow, KeyType, KeyValues } from './keys/row.js';
import { securityKeys } from './keys/security.js';

/** The keys under the manual's headings. */
export const SECTIONS = {
  Listeners: listenerKeys,
  Models: modelKeys,
  Access: securityKeys,
  'Logs and metrics': observingKeys,
  'Limits of our own': limitKeys,
  'Other workers and the process': pythonKeys,
} as const;

/** Every configuration key by the name it has in config.properties. Flags, names in the environment and the manual come from here. */
export const KEYS = {
  ...listenerKeys,
  ...modelKeys,
  ...securityKeys,
  ...observingKeys,
  ...limitKeys,
  ...pythonKeys,
} as const;

export type Key = keyof typeof KEYS;

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

type AlwaysSet = 'list' | 'regexList' | 'models';

type ValueOf<Row extends KeyRow> =
  | KeyValues[Row['type']]
  | (Row['default'] extends string ? never : Row['type'] extends AlwaysSet ? never : undefined);

/**
 * The whole configuration, frozen: one camelCase field per key, of the key's type. A key without a default is
 * undefined until it is set; lists are empty instead.
 */
export type Settings = { readonly [Name in Key as Camel<Name>]: ValueOf<(typeof KEYS)[Name]> };

/** `job_queue_size` → `jobQueueSize`. */
export function fieldOf(key: Key): keyof Settings {
  return key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof Settings;
}

/** The row of a key by its name in config.properties; undefined when there is no such key. */
export function rowOf(key: string): KeyRow<KeyType> | undefined {
  return Object.hasOwn(KEYS, key) ? KEYS[key as Key] : undefined;
}

/** Name in the environment, or undefined when the key cannot come from there. */
export function environmentNameOf(key: Key): string | undefined {
  const { env }: KeyRow = KEYS[key];
  if (env === false) return undefined;
  return env ?? `TS_${key.toUpperCase()}`;
}
