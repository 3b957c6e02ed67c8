import { environmentNameOf, KEYS, type Key, rowOf } from '../keys.js';
import type { Given } from '../source.js';

/** What the environment says, by when it counts. */
export interface EnvironmentReading {
  /** Read directly, and stronger than every other source. */
  readonly wins: readonly Given[];
  /** Read directly, and used only where no other source says anything. */
  readonly fills: readonly Given[];
  /** Counts, over every other source, only when `enable_envvars_config` is on. */
  readonly overrides: readonly Given[];
}

/** Finds the keys that the environment names. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): EnvironmentReading {
  const given = (Object.keys(KEYS) as Key[]).flatMap((key): Given[] => {
    const name = environmentNameOf(key);
    const value = name === undefined ? undefined : env[name];
    if (name === undefined || value === undefined) return [];
    if (value === '' && rowOf(key)?.direct === 'fills') return [];
    return [
      { key, value: name === 'OMP_NUM_THREADS' ? firstNumber(value) : value, source: { kind: 'env', name } },
    ];
  });
  const direct = (how: 'wins' | 'fills') => given.filter(({ key }) => rowOf(key)?.direct === how);
  return { wins: direct('wins'), fills: direct('fills'), overrides: given };
}

/** OpenMP allows a list, one number per level of nesting; workers compute on the first level. */
function firstNumber(value: string): string {
  return value.split(',')[0] ?? value;
}
