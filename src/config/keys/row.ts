import type { Address } from '../address.js';
import type { StoredModels } from '../stored-models.js';

/** What a key of each type is once it is read. Sizes are bytes; the unit of a time is in the key's line of the manual. */
export interface KeyValues {
  string: string;
  /** Made absolute against the working directory. */
  path: string;
  int: number;
  /** Like `int`, for bytes and milliseconds beyond 32 bits. */
  long: number;
  double: number;
  bool: boolean;
  address: Address;
  /** Comma separated; empty pieces are dropped. */
  list: readonly string[];
  /** A regular expression as it was written, known to compile. */
  regex: string;
  /** Comma separated regular expressions, known to compile. */
  regexList: readonly string[];
  metricsMode: 'log' | 'prometheus' | 'legacy';
  /** The `models` property. */
  models: StoredModels;
}

export type KeyType = keyof KeyValues;

/**
 * What setting the key does: `now` it is obeyed; `later` it is known, and setting it is warned about;
 * `never` it has no meaning here, and setting it is answered with the key's note.
 */
export type Effect = 'now' | 'later' | 'never';

export interface KeyOptions {
  /** Environment name; `TS_` and the key in capitals unless given. `false`: cannot come from the environment. */
  readonly env?: string | false;
  /**
   * When the environment name is read without `enable_envvars_config`: `wins` over file and flags, or `fills` in
   * where neither says anything.
   */
  readonly direct?: 'wins' | 'fills';
  /** Smallest and largest number allowed; 0 and none unless given. */
  readonly min?: number;
  readonly max?: number;
  /** Flag name; the key in kebab-case unless given. `false`: not a flag. */
  readonly flag?: string | false;
  readonly flagAliases?: readonly string[];
  /** The manual's word for the default, where the value itself says nothing. */
  readonly defaultText?: string;
  /** Port of an address that names none. */
  readonly port?: number;
  /** For `never`: why the key has no meaning here. */
  readonly note?: string;
}

/** One configuration key. `default` is written as it would be in config.properties and read by the same reader. */
export interface KeyRow<
  Type extends KeyType = KeyType,
  Default extends string | undefined = string | undefined,
> extends KeyOptions {
  readonly type: Type;
  readonly default: Default;
  readonly effect: Effect;
  readonly doc: string;
}

/** A key that is obeyed. */
export function now<const Type extends KeyType, const Default extends string | undefined>(
  type: Type,
  fallback: Default,
  doc: string,
  options: KeyOptions = {},
): KeyRow<Type, Default> {
  return { type, default: fallback, effect: 'now', doc, ...options };
}

/** A key that is known and read, but that nothing obeys in this version. */
export function later<const Type extends KeyType, const Default extends string | undefined>(
  type: Type,
  fallback: Default,
  doc: string,
  options: KeyOptions = {},
): KeyRow<Type, Default> {
  return { type, default: fallback, effect: 'later', doc, ...options };
}

/** A key of TorchServe that cannot mean anything here; `note` says why. */
export function never<const Type extends KeyType, const Default extends string | undefined>(
  type: Type,
  fallback: Default,
  doc: string,
  options: KeyOptions & { readonly note: string },
): KeyRow<Type, Default> {
  return { type, default: fallback, effect: 'never', doc, ...options };
}
