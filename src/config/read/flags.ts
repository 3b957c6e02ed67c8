import { KEYS, type Key, rowOf } from '../keys.js';
import type { Given } from '../source.js';

/** One configuration key as a command line flag. */
export interface ConfigFlag {
  readonly key: Key;
  /** Without the dashes. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: 'boolean' | 'string';
  readonly doc: string;
  /** The default as it would be written; undefined when there is none. */
  readonly default: string | undefined;
}

/** Every key that can be a flag, in the order of the manual. */
export const CONFIG_FLAGS: readonly ConfigFlag[] = (Object.keys(KEYS) as Key[]).flatMap((key) => {
  const row = rowOf(key);
  if (!row || row.flag === false) return [];
  return [
    {
      key,
      name: flagNameOf(key),
      aliases: row.flagAliases ?? [],
      kind: row.type === 'bool' ? 'boolean' : 'string',
      doc: row.doc,
      default: row.defaultText ?? row.default,
    },
  ];
});

/** `job_queue_size` → `job-queue-size`, or the name the row gives. */
export function flagNameOf(key: Key): string {
  const flag = rowOf(key)?.flag;
  return typeof flag === 'string' ? flag : key.replaceAll('_', '-');
}

/** The flags that were given, by snake_case key; `undefined` values and keys that are not ours are left out. */
export function readFlags(flags: Readonly<Partial<Record<string, string>>>): Given[] {
  return Object.entries(flags).flatMap(([key, value]): Given[] => {
    if (value === undefined || !rowOf(key)) return [];
    return [{ key: key as Key, value, source: { kind: 'flag', name: flagNameOf(key as Key) } }];
  });
}
